package dev.tidelock.examples.cli.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.sync.envelope.DeviceId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeLockTest {
    @TempDir
    Path home;

    /** Takes the lock and keeps it. */
    static final class Holder {
        public static void main(String[] arguments) throws Exception {
            HomeLock.take(Path.of(arguments[0]));
            System.out.println("held");
            new CountDownLatch(1).await();
        }
    }

    @Test
    void take_heldByAProcessThatDoesNotGetOn_saysByWhichUntilThatIsGone() throws Exception {
        try (CliProcess holder = CliProcess.start(List.of(), Holder.class.getName(), home.toString())) {
            assertEquals("held", holder.line());
            CliException refused = assertThrows(CliException.class, () -> HomeLock.take(home));
            assertTrue(refused.getMessage().contains("number " + holder.pid()), refused.getMessage());
            holder.kill();
        }
        HomeLock.take(home).close();
    }

    @Test
    void take_byManyThreads_letsOneInAtATime() throws Exception {
        HomeSettings.fresh("http://127.0.0.1:1", RelayWay.HTTP, false, false, "label")
                .write(home);
        List<Thread> threads = new ArrayList<>();
        for (byte i = 1; i <= 8; i++) {
            byte[] id = new byte[DeviceId.BYTES];
            id[0] = i;
            threads.add(new Thread(() -> addDevice(DeviceId.of(id))));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(8, HomeSettings.read(home).others().size());
    }

    private void addDevice(DeviceId device) {
        try (HomeLock lock = HomeLock.take(home)) {
            HomeSettings.read(home).withOther(device, "", 0).write(home);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
