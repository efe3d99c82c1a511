package dev.tidelock.sync.query;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.json.ValueOrder;
import org.jspecify.annotations.Nullable;

/**
 * How a member is compared with a value. All but {@link #EQUAL} and {@link #NOT_EQUAL} hold only between values of one type: no text is less than a number, nor more.
 */
public enum Comparison {
    /** It is there and has that value. */
    EQUAL("="),
    /** It is not there, or has another value: the opposite of {@link #EQUAL}. */
    NOT_EQUAL("!="),
    /** It comes before that value, in the order of {@link ValueOrder}. */
    /** It is lower. */
    LESS("<"),
    /** It comes before that value, or is equal to it. */
    /** It is lower, or equal. */
    AT_MOST("<="),
    /** It comes after that value, in the order of {@link ValueOrder}. */
    /** It is higher. */
    GREATER(">"),
    /** It comes after that value, or is equal to it. */
    /** It is higher, or equal. */
    AT_LEAST(">=");

    private final String sign;

    Comparison(String sign) {
        this.sign = sign;
    }

    boolean test(@Nullable JsonValue found, JsonValue value) {
        if (this == EQUAL || this == NOT_EQUAL) {
            return value.equals(found) == (this == EQUAL);
        }
        if (ValueOrder.typeOf(found) != ValueOrder.typeOf(value)) {
            return false;
        }
        int order = ValueOrder.compare(found, value);
        return switch (this) {
            case LESS -> order < 0;
            case AT_MOST -> order <= 0;
            case GREATER -> order > 0;
            default -> order >= 0;
        };
    }

    /** As it is written: {@code =}, {@code !=}, {@code <}, {@code <=}, {@code >} or {@code >=}. */
    public String sign() {
        return sign;
    }
}
