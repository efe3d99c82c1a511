package dev.tidelock.sync.json;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import java.math.BigDecimal;

/**
 * A JSON number: an integer of 64 bits, kept exactly, or a finite double.
 *
 * <p>A number whose value is an integer within 64 bits is always the integer form, however it was written ({@code 1.0},
 * {@code 1e3}, {@code -0}), so equal numbers are equal values and have one text.
 */
public final class JsonNumber extends JsonValue {
    private static final double TWO_TO_63 = 0x1p63;

    /** Small integers are most of all numbers. */
    private static final JsonNumber[] SMALL = small();

    private static final int SMALL_MIN = -128;
    private static final int SMALL_MAX = 1023;

    private final boolean integer;

    /** The integer, or the bits of the double. */
    private final long bits;

    private JsonNumber(boolean integer, long bits) {
        this.integer = integer;
        this.bits = bits;
    }

    private static JsonNumber[] small() {
        JsonNumber[] small = new JsonNumber[SMALL_MAX - SMALL_MIN + 1];
        for (int i = 0; i < small.length; i++) {
            small[i] = new JsonNumber(true, SMALL_MIN + i);
        }
        return small;
    }

    static JsonNumber ofLong(long value) {
        boolean isSmall = value >= SMALL_MIN && value <= SMALL_MAX;
        return isSmall ? SMALL[(int) value - SMALL_MIN] : new JsonNumber(true, value);
    }

    static JsonNumber ofDouble(double value, String path) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new JsonFormatException("a number beyond the range of a double", path);
        }
        boolean whole = value == Math.rint(value) && value >= -TWO_TO_63 && value < TWO_TO_63;
        return whole ? ofLong((long) value) : new JsonNumber(false, Double.doubleToLongBits(value));
    }

    /** Reads the text of a number that is not an integer within 64 bits, or not written as one. */
    static JsonNumber ofText(String text, String path) {
        double value = Double.parseDouble(text);
        JsonNumber number = ofDouble(value, path);
        if (Math.abs(value) < 0x1p53) {
            return number; // below this, a double keeps every integer
        }
        BigDecimal exact = new BigDecimal(text);
        if (Math.abs(value) <= TWO_TO_63 && exact.stripTrailingZeros().scale() <= 0) {
            try {
                return ofLong(exact.longValueExact());
            } catch (ArithmeticException beyondLong) {
                // falls through: it may still be a double
            }
        }
        boolean writtenAsInteger = text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0;
        if (writtenAsInteger && exact.compareTo(new BigDecimal(number.text())) != 0) {
            throw new JsonFormatException(
                    "the integer " + abbreviate(text) + " does not fit 64 bits; write it as a string", path);
        }
        return number;
    }

    private static String abbreviate(String text) {
        return text.length() <= 40 ? text : text.substring(0, 37) + "...";
    }

    /** Whether this is an integer that fits a {@code long}. */
    public boolean isInteger() {
        return integer;
    }

    /** @throws ArithmeticException if this is not an integer */
    public long longValue() {
        if (!integer) {
            throw new ArithmeticException(text() + " is not a 64-bit integer");
        }
        return bits;
    }

    /** The nearest double. */
    public double doubleValue() {
        return integer ? (double) bits : Double.longBitsToDouble(bits);
    }

    @Override
    public JsonNumber asNumber() {
        return this;
    }

    @Override
    int depth() {
        return 0;
    }

    /** The canonical text: digits for an integer, ECMAScript's {@code Number::toString} for any other. */
    String text() {
        return integer ? Long.toString(bits) : ecmaScript(doubleValue());
    }

    /**
     * ECMAScript's number to string (ECMA-262, section 6.1.6.1.20) for a double that is neither zero nor an integer of 64 bits.
     * The digits come from Jackson's Schubfach: the platform's own {@code Double.toString} is not the shortest everywhere.
     */
    private static String ecmaScript(double value) {
        if (value < 0) {
            return "-" + ecmaScript(-value);
        }
        String java = DoubleToDecimal.toString(value);
        int exponentAt = java.indexOf('E');
        int exponent = exponentAt < 0 ? 0 : Integer.parseInt(java.substring(exponentAt + 1));
        String mantissa = exponentAt < 0 ? java : java.substring(0, exponentAt);
        int point = mantissa.indexOf('.');
        String digits = mantissa.substring(0, point) + mantissa.substring(point + 1);
        int pointAfter = point + exponent; // the value is 0.digits times ten to this
        int leading = 0;
        while (digits.charAt(leading) == '0') {
            leading++;
        }
        int end = digits.length();
        while (end > leading + 1 && digits.charAt(end - 1) == '0') {
            end--;
        }
        digits = digits.substring(leading, end);
        pointAfter -= leading;
        if (digits.length() == 2) {
            digits = oneDigitIfEnough(value, digits, pointAfter);
        }
        return layOut(digits, pointAfter);
    }

    /** Java's shortest form has at least two digits (4.9E-324); ECMAScript's may have one (5e-324). */
    private static String oneDigitIfEnough(double value, String digits, int pointAfter) {
        int first = digits.charAt(0) - '0';
        int rounded = digits.charAt(1) >= '5' ? first + 1 : first;
        if (rounded == 0 || rounded == 10) {
            return digits;
        }
        boolean same = Double.parseDouble(rounded + "e" + (pointAfter - 1)) == value;
        return same ? Integer.toString(rounded) : digits;
    }

    private static String layOut(String digits, int pointAfter) {
        int count = digits.length();
        StringBuilder out = new StringBuilder(26);
        if (count <= pointAfter && pointAfter <= 21) {
            out.append(digits);
            zeros(out, pointAfter - count);
        } else if (0 < pointAfter && pointAfter <= 21) {
            out.append(digits, 0, pointAfter).append('.').append(digits, pointAfter, count);
        } else if (-6 < pointAfter && pointAfter <= 0) {
            out.append("0.");
            zeros(out, -pointAfter);
            out.append(digits);
        } else {
            out.append(digits.charAt(0));
            if (count > 1) {
                out.append('.').append(digits, 1, count);
            }
            int exponent = pointAfter - 1;
            out.append('e').append(exponent < 0 ? '-' : '+').append(Math.abs(exponent));
        }
        return out.toString();
    }

    private static void zeros(StringBuilder out, int count) {
        for (int i = 0; i < count; i++) {
            out.append('0');
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonNumber that && integer == that.integer && bits == that.bits;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bits);
    }
}
