package dev.tidelock.sync.internal.text;

import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonString;
import dev.tidelock.sync.json.JsonValue;
import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Text to words: runs of letters and digits, without regard to case, accents and compatibility forms ("Ｆｅｅ" and "fée" are "fee").
 *
 * <p>A word is decomposed (Unicode NFKD), loses its marks, and is lower-cased letter by letter, so the result depends on no language. Scripts that put no spaces between
 * words (Han, kana, Thai, Lao, Khmer, Burmese) count each letter as a word.
 */
public final class Words {
    /** Longer words are cut to so many characters. */
    public static final int WORD_CHARS_MAX = 64;

    private Words() {}

    /** Shows every word of a text in order, those that are there more than once as often, until the visitor says false. */
    public static boolean forEach(String text, Predicate<String> visitor) {
        String plain = isAscii(text) ? text : Normalizer.normalize(text, Normalizer.Form.NFKD);
        StringBuilder word = new StringBuilder();
        boolean more = true;
        int at = 0;
        while (at < plain.length() && more) {
            int point = plain.codePointAt(at);
            at += Character.charCount(point);
            if (isMark(point)) {
                continue;
            }
            boolean alone = isWordOfItsOwn(point);
            if ((alone || !Character.isLetterOrDigit(point)) && word.length() > 0) {
                more = visitor.test(word.toString());
                word.setLength(0);
            }
            if (alone && more) {
                more = visitor.test(new String(Character.toChars(point)));
            } else if (!alone && Character.isLetterOrDigit(point) && word.length() < WORD_CHARS_MAX) {
                word.appendCodePoint(folded(point));
            }
        }
        return more && (word.length() == 0 || visitor.test(word.toString()));
    }

    /** Shows every word of a text, and of the texts within an array or an object, until the visitor says false. */
    public static boolean forEachIn(@Nullable JsonValue value, Predicate<String> visitor) {
        if (value instanceof JsonArray array) {
            for (JsonValue item : array.items()) {
                if (!forEachIn(item, visitor)) {
                    return false;
                }
            }
        } else if (value instanceof JsonObject object) {
            for (JsonValue member : object.members().values()) {
                if (!forEachIn(member, visitor)) {
                    return false;
                }
            }
        } else if (value instanceof JsonString text) {
            return forEach(text.value(), visitor);
        }
        return true;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static boolean isMark(int point) {
        if (point < 0x300) {
            return false;
        }
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
    }

    /** By way of the upper case, so that both forms of a small sigma are one. */
    private static int folded(int point) {
        return Character.toLowerCase(Character.toUpperCase(point));
    }

    private static boolean isWordOfItsOwn(int point) {
        if (point < 0xe00 || !Character.isLetter(point)) {
            return false;
        }
        UnicodeScript script = UnicodeScript.of(point);
        return script == UnicodeScript.HAN
                || script == UnicodeScript.HIRAGANA
                || script == UnicodeScript.KATAKANA
                || script == UnicodeScript.THAI
                || script == UnicodeScript.LAO
                || script == UnicodeScript.KHMER
                || script == UnicodeScript.MYANMAR;
    }
}
