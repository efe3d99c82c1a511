package dev.tidelock.sync.crypto;

/**
 * What one guess at a passphrase costs: the parameters of Argon2id (RFC 9106). They can be raised above the defaults, not
 * lowered. They are kept in the key file, so raising them later never locks anyone out.
 */
public final class PassphraseParameters {
    /** 19 MiB, two passes, one lane: the least that OWASP's password storage guide recommends. */
    public static final PassphraseParameters DEFAULTS = new PassphraseParameters(19 << 10, 2, 1);

    static final int MEMORY_KIB_MAX = 1 << 20;
    static final int ITERATIONS_MAX = 100;
    static final int PARALLELISM_MAX = 16;

    /** Memory times passes: bounds what a hostile file can make a device do before it is found out. */
    static final long WORK_KIB_MAX = 8L << 20;

    private final int memoryKib;
    private final int iterations;
    private final int parallelism;

    private PassphraseParameters(int memoryKib, int iterations, int parallelism) {
        this.memoryKib = memoryKib;
        this.iterations = iterations;
        this.parallelism = parallelism;
    }

    /**
     * Parameters for new files.
     *
     * @param memoryMib 19 to 1024
     * @param iterations passes over the memory, 2 to 100; memory times passes is at most 8192
     * @param parallelism lanes, 1 to 16; they are computed one after the other
     * @throws IllegalArgumentException if one is out of range
     */
    public static PassphraseParameters of(int memoryMib, int iterations, int parallelism) {
        requireRange("memoryMib", memoryMib, DEFAULTS.memoryKib >> 10, MEMORY_KIB_MAX >> 10);
        requireRange("iterations", iterations, DEFAULTS.iterations, ITERATIONS_MAX);
        return read(memoryMib << 10, iterations, parallelism);
    }

    /** Parameters that a file names: low ones are taken, because they are authenticated; excessive ones are not. */
    static PassphraseParameters read(int memoryKib, int iterations, int parallelism) {
        requireRange("parallelism", parallelism, 1, PARALLELISM_MAX);
        requireRange("memory in KiB", memoryKib, 8 * parallelism, MEMORY_KIB_MAX);
        requireRange("iterations", iterations, 1, ITERATIONS_MAX);
        if ((long) memoryKib * iterations > WORK_KIB_MAX) {
            throw new IllegalArgumentException("memory times iterations is " + (long) memoryKib * iterations
                    + " KiB; it must be at most " + WORK_KIB_MAX);
        }
        return new PassphraseParameters(memoryKib, iterations, parallelism);
    }

    private static void requireRange(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be " + min + " to " + max);
        }
    }

    /** How much memory one guess needs, in KiB. */
    public int memoryKib() {
        return memoryKib;
    }

    /** How often one guess passes over that memory. */
    public int iterations() {
        return iterations;
    }

    /** How many lanes the memory is divided into. */
    public int parallelism() {
        return parallelism;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PassphraseParameters that
                && memoryKib == that.memoryKib
                && iterations == that.iterations
                && parallelism == that.parallelism;
    }

    @Override
    public int hashCode() {
        return (memoryKib * 31 + iterations) * 31 + parallelism;
    }

    @Override
    public String toString() {
        return "PassphraseParameters[" + memoryKib + " KiB, " + iterations + " passes, " + parallelism + " lanes]";
    }
}
