package dev.tidelock.sync.monolith;

/** One WebSocket to the relay. Calls return at once. */
interface RelaySocket {
    /** Sends a text frame, some time soon. */
    void text(String frame);

    /** Sends a binary frame, some time soon. */
    void binary(byte[] frame);

    /** Closes it as one should. */
    void close(int code);

    /** What comes of a socket; one call at a time. After {@link #closed} there is none. */
    interface Listener {
        void opened();

        void text(String frame);

        void binary(byte[] frame);

        /** @param code that of the relay; 1006 if the line was cut, or never came about */
        void closed(int code, String reason);
    }

    /** Opens sockets. */
    interface Opener {
        /** Begins to open one. Returns at once. */
        RelaySocket open(Listener listener);

        /** Ends what is under way, and frees what is held. */
        void close();
    }
}
