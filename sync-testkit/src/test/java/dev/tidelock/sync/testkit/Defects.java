package dev.tidelock.sync.testkit;

import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.Right;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts defects between the engine and its store, so that tests can see whether the simulation finds them. */
final class Defects {
    private Defects() {}

    /** What stands in for a call on a reader or a transaction. */
    @FunctionalInterface
    interface Defect {
        /**
         * @param within the real reader or transaction
         * @param method the name of the method that is called
         * @param goOn makes the call as it was meant; with other arguments, if they are changed
         */
        Object call(StoreReader within, String method, Object[] arguments, Call goOn) throws Throwable;
    }

    /** The call as it was meant. */
    @FunctionalInterface
    interface Call {
        Object real() throws Throwable;
    }

    static Store in(Store real, Defect defect) {
        return new Store() {
            @Override
            public <T> T read(Function<StoreReader, T> work) {
                return real.read(reader -> work.apply(wrap(StoreReader.class, reader, defect)));
            }

            @Override
            public <T> T write(Function<StoreTransaction, T> work) {
                return real.write(tx -> work.apply(wrap(StoreTransaction.class, tx, defect)));
            }

            @Override
            public @Nullable Hold tryHold(Right right) {
                return real.tryHold(right);
            }

            @Override
            public void close() {
                real.close();
            }
        };
    }

    private static <T> T wrap(Class<T> type, StoreReader within, Defect defect) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
                    Object[] arguments = given == null ? new Object[0] : given;
                    return defect.call(within, method.getName(), arguments, () -> {
                        try {
                            return method.invoke(within, arguments);
                        } catch (InvocationTargetException thrown) {
                            throw thrown.getCause();
                        }
                    });
                }));
    }
}
