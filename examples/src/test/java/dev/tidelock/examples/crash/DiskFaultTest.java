package dev.tidelock.examples.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk fails under the store of a device that writes, reads and syncs. Every failure has to reach the app with its type, nothing wrong may be read, and
 * once the disk is well the same client goes on, without being opened again.
 */
class DiskFaultTest {
    private static final long SEED = 20260103;
    private static final int EIO = 5;
    private static final int ENOSPC = 28;
    private static final int OPERATIONS = 12;

    @TempDir
    Path folder;

    private Space space;
    private Checker checker;
    private FaultyDiskDevice device;
    private long injected;

    @BeforeEach
    void requireLongProfile() {
        assumeTrue(Boolean.getBoolean("tidelock.long"), "disk faults are injected in the long profile only: -Plong");
    }

    private void begin(List<String> wrapper, Path disk) throws Exception {
        space = Space.make(folder, disk, 2);
        checker = new Checker(SEED, 0, space.progress());
        device = FaultyDiskDevice.start(wrapper, folder, space, SEED);
        device.runWell("open");
        useWell();
    }

    @AfterEach
    void close() throws Exception {
        if (device != null) {
            device.close();
            device = null;
        }
        if (space != null) {
            space.close();
            space = null;
        }
    }

    private long use(String kinds) throws IOException {
        return device.run("write " + OPERATIONS, kinds) + device.run("read", kinds) + device.run("sync", kinds);
    }

    /** What is right for a failure of these calls. SQLite itself takes a sector that cannot be read for damage. */
    private static String kindsOf(String call) {
        return call.contains("pread") ? "IO CORRUPT" : "IO FULL";
    }

    private void useWell() throws IOException {
        device.runWell("write " + OPERATIONS);
        device.runWell("read");
        device.runWell("sync");
    }

    /** Something that another device sends, so that a sync has something to fetch. */
    private void letOtherDeviceWrite() throws Exception {
        try (Device other = space.open(1)) {
            Progress written = space.progress().get(1);
            for (int i = 0; i < 5; i++) {
                written.wrote(new Script(SEED, 1).at(written.operations() + 1L).run(other.client()));
            }
            other.client().sync();
        }
    }

    /** Kills the device, and looks. */
    private void requireNothingLost(String what) throws Exception {
        device.kill();
        checker.requireIntact(space.database(0), what);
        Checker.requireSound(space.database(0));
        try (Device first = space.open(0);
                Device second = space.open(1)) {
            first.client().sync();
            second.client().sync();
            first.client().sync();
            checker.requireExact(first.store(), what);
            assertEquals(first.client().stateHash(), second.client().stateHash(), what);
        }
        System.out.printf(
                "disk faults, %s: faults injected %s, failures seen by the app %d, acknowledged writes %d, losses 0%n",
                what,
                injected == 0 ? "by chance" : Long.toString(injected),
                device.failures(),
                space.progress().get(0).operations());
    }

    @Test
    void device_callsFailByChance_goesOnOnceTheyDoNot() throws Exception {
        assumeTrue(Fiu.isThere(), "this needs fiu-run: apt-get install fiu-utils");
        Fiu fiu = new Fiu(folder);
        begin(fiu.wrapper(), folder);
        for (String call : List.of("sync/fsync", "rw/pwrite", "rw/pread", "rw/ftruncate", "oc/open")) {
            for (int errno : new int[] {EIO, ENOSPC}) {
                for (double probability : new double[] {0.02, 0.2, 1}) {
                    for (int round = 0; round < 8; round++) {
                        letOtherDeviceWrite();
                        fiu.begin(device.pid(), "posix/io/" + call, probability, errno);
                        use(kindsOf(call));
                        fiu.end(device.pid(), "posix/io/" + call);
                        useWell();
                    }
                }
            }
        }
        requireNothingLost("by chance (libfiu)");
    }

    @Test
    void device_diskFailsFromTheNthCallOn_goesOnOnceItIsWell() throws Exception {
        assumeTrue(Strace.isThere(), "this needs strace: apt-get install strace");
        begin(List.of(), folder);
        for (String call : List.of("pwrite64", "fsync,fdatasync", "ftruncate", "pread64", "openat")) {
            for (String error : List.of("ENOSPC", "EIO")) {
                boolean reached = true;
                for (int n = 1; reached && n <= 60; n++) {
                    reached = failFrom(n, call, error) > 0;
                }
            }
        }
        requireNothingLost("from the n-th call on (strace)");
    }

    private long failFrom(int n, String call, String error) throws Exception {
        if (n % 10 == 1) {
            letOtherDeviceWrite();
        }
        try (Strace strace = beginStrace(call, "error=" + error + ":when=" + n + "+")) {
            use(kindsOf(call));
            long here = strace.end();
            injected += here;
            useWell();
            return here;
        }
    }

    @Test
    void device_openedWhileTheDiskFails_opensOnceItIsWell() throws Exception {
        assumeTrue(Strace.isThere(), "this needs strace: apt-get install strace");
        begin(List.of(), folder);
        for (String call : List.of("openat", "pread64", "pwrite64", "ftruncate", "fsync,fdatasync")) {
            boolean reached = true;
            for (int n = 1; reached && n <= 60; n++) {
                reached = openWhileItFails(n, call) > 0;
            }
        }
        requireNothingLost("while it opens (strace)");
    }

    private long openWhileItFails(int n, String call) throws Exception {
        try (Strace strace = beginStrace(call, "error=EIO:when=" + n)) {
            boolean open = reopen(kindsOf(call));
            long here = strace.end();
            injected += here;
            if (!open) {
                device.runWell("open");
            }
            useWell();
            return here;
        }
    }

    private Strace beginStrace(String calls, String fault) throws IOException {
        return Strace.begin(device.pid(), space.database(0), calls, fault, folder.resolve("strace.log"));
    }

    @Test
    void device_syncOfTheDiskIsSlow_losesNothing() throws Exception {
        assumeTrue(Strace.isThere(), "this needs strace: apt-get install strace");
        begin(List.of(), folder);
        try (Strace strace = beginStrace("fsync,fdatasync", "delay_enter=200000")) {
            for (int round = 0; round < 20; round++) {
                useWell();
            }
            injected = strace.end();
        }
        assertTrue(injected > 0);
        requireNothingLost("slow fsync (strace)");
    }

    @Test
    void device_diskFull_goesOnOnceThereIsRoom() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(mount(disk, "size=4m"), "this needs the right to mount a tmpfs");
        try {
            begin(List.of(), disk);
            for (int megabytes = 5; megabytes <= 24; megabytes++) {
                long failed = 0;
                for (int round = 0; failed == 0; round++) {
                    assertTrue(round < 1000, "the disk never gets full");
                    failed = use("FULL");
                    device.runWell("read");
                }
                use("FULL");
                injected++;
                boolean open = megabytes % 2 == 0 || reopen("FULL IO");
                assertTrue(mount(disk, "remount,size=" + megabytes + "m"));
                if (!open) {
                    device.runWell("open");
                }
                useWell();
            }
            requireNothingLost("a full disk (tmpfs)");
        } finally {
            close();
            new ProcessBuilder("umount", disk.toString()).start().waitFor();
        }
    }

    /** @return whether it is open again */
    private boolean reopen(String kinds) throws IOException {
        device.runWell("close");
        return device.run("open", kinds) == 0;
    }

    private static boolean mount(Path folder, String options) throws InterruptedException {
        try {
            return new ProcessBuilder("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString())
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
