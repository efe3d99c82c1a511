package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.Right;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
        return new ThroughStore(real) {
            @Override
            public <T> T read(Function<StoreReader, T> work) {
                return real.read(reader -> work.apply(wrap(StoreReader.class, reader, defect)));
            }

            @Override
            public <T> T write(Function<StoreTransaction, T> work) {
                return real.write(tx -> work.apply(wrap(StoreTransaction.class, tx, defect)));
            }
        };
    }

    /** A store that leaves everything as it is. */
    static class ThroughStore implements Store {
        final Store real;

        ThroughStore(Store real) {
            this.real = real;
        }

        @Override
        public <T> T read(Function<StoreReader, T> work) {
            return real.read(work);
        }

        @Override
        public <T> T write(Function<StoreTransaction, T> work) {
            return real.write(work);
        }

        @Override
        public long commitsElsewhere() {
            return real.commitsElsewhere();
        }

        @Override
        public @Nullable Hold tryHold(Right right) {
            return real.tryHold(right);
        }

        @Override
        public void close() {
            real.close();
        }
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

    /** A transport that leaves everything as it is. */
    static class Through implements Transport {
        private final Transport relay;

        Through(Transport relay) {
            this.relay = relay;
        }

        @Override
        public String remote() {
            return relay.remote();
        }

        @Override
        public PushReceipt push(List<Envelope> envelopes) throws TransportException {
            return relay.push(envelopes);
        }

        @Override
        public PullResult pull(PullRequest request) throws TransportException {
            return relay.pull(request);
        }

        @Override
        public void close() {
            relay.close();
        }
    }

    /** Takes out of the outbox what is only about to be sent. */
    static final class ConfirmingEarly extends ThroughStore {
        ConfirmingEarly(Store real) {
            super(real);
        }

        @Override
        public <T> T read(Function<StoreReader, T> work) {
            Set<EnvelopeHash> handedOut = new HashSet<>();
            Defect remember = (reader, method, arguments, goOn) -> {
                Object result = goOn.real();
                if (method.equals("outbox")) {
                    ((List<?>) result).forEach(envelope -> handedOut.add(((Envelope) envelope).hash()));
                }
                return result;
            };
            T result = in(real, remember).read(work);
            if (!handedOut.isEmpty()) {
                real.write(tx -> {
                    tx.removeFromOutbox(SimulatedTransport.REMOTE, handedOut);
                    return true;
                });
            }
            return result;
        }
    }

    /** The cursor in a transaction of its own, before the events: a crash between the two skips them. */
    static final class CursorFirst extends ThroughStore {
        CursorFirst(Store real) {
            super(real);
        }

        @Override
        public <T> T write(Function<StoreTransaction, T> work) {
            Cursor[] moved = new Cursor[1];
            Defect peek = (tx, method, arguments, goOn) -> {
                if (method.equals("setCursor")) {
                    moved[0] = (Cursor) arguments[1];
                }
                return goOn.real();
            };
            try {
                in(real, peek).<T>write(tx -> {
                    throw new Undo(work.apply(tx));
                });
            } catch (Undo expected) {
                // now it is known where the cursor will be
            }
            if (moved[0] != null) {
                real.write(tx -> {
                    tx.setCursor(SimulatedTransport.REMOTE, moved[0]);
                    return true;
                });
            }
            return real.write(work);
        }
    }

    private static final class Undo extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Undo(Object result) {
            super("undone: " + result, null, false, false);
        }
    }
}
