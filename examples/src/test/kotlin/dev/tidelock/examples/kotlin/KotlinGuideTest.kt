package dev.tidelock.examples.kotlin

import dev.tidelock.sync.SyncClient
import dev.tidelock.sync.envelope.SpaceId
import dev.tidelock.sync.status.SyncStatus
import dev.tidelock.sync.testkit.SimulatedRelay
import dev.tidelock.sync.testkit.TestSealer
import java.nio.file.Files
import java.nio.file.Path
import java.time.Instant
import kotlin.jvm.optionals.getOrNull
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What docs/kotlin.md shows is what [KotlinGuide.kt][Task] does, and that works. */
class KotlinGuideTest {
    private val space = SpaceId.of(ByteArray(SpaceId.BYTES))
    private val relay = SimulatedRelay.forTestSealers(space, 1) { 0 }

    private fun device(seed: Long): SyncClient = open(relay, TestSealer.of(space, seed))

    private fun task(client: SyncClient, id: String): Task? = client.collection("tasks", TASK).get(id).getOrNull()

    @Test
    fun tasks_ofOneDevice_reachTheOther() = runBlocking {
        device(1).use { laptop ->
            device(2).use { phone ->
                assertEquals(Task("Buy milk", done = true), write(laptop))
                laptop.awaitSync()
                phone.awaitSync()
                assertEquals(Task("Buy milk", done = true), task(phone, "milk"))

                split(phone)
                phone.awaitSync()
                laptop.awaitSync()
                assertNull(task(laptop, "milk"))
                assertEquals(Task("Buy oat milk", done = true), task(laptop, "oat milk"))
            }
        }
    }

    @Test
    fun codec_memberThatMayBeMissing_isReadAndWrittenBack() {
        val due = Task("Buy milk", due = Instant.parse("2026-01-01T00:00:00Z"))
        assertEquals(due, TASK.decode(TASK.encode(due)))
        assertEquals("""{"done":false,"title":"Buy milk"}""", TASK.encode(Task("Buy milk")).toJson())
    }

    @Test
    fun statuses_endWithWhatIsSo() = runBlocking {
        device(1).use { client ->
            withTimeout(60.seconds) {
                assertEquals(SyncStatus.State.NEW, client.statuses().first().state())
                val synced = launch {
                    client.statuses().first { it.state() == SyncStatus.State.SYNCED && it.lastSyncMillis() > 0 }
                }
                write(client)
                client.awaitSync()
                synced.join()
            }
        }
    }

    @Test
    fun liveQuery_showsTheResultAndEachChange_untilItIsCancelled() = runBlocking {
        device(1).use { client ->
            val tasks = client.collection("tasks", TASK)
            tasks.put("tea", Task("Buy tea"))
            val shown = Channel<List<String>>(Channel.UNLIMITED)
            val showing = launch {
                showOpen(client) { open -> shown.trySend(open.map { it.title }) }
            }
            withTimeout(60.seconds) {
                assertEquals(listOf("Buy tea"), shown.receive())
                tasks.put("milk", Task("Buy milk"))
                assertEquals(listOf("Buy milk", "Buy tea"), shown.receive())
                tasks.update("tea") { it.copy(done = true) }
                assertEquals(listOf("Buy milk"), shown.receive())
                showing.cancelAndJoin()
            }
        }
    }

    @Test
    fun programs_ofTheGuide_areThoseThatAreTested() {
        val guide = Files.readString(Path.of("..", "docs", "kotlin.md"))
        val programs = Regex("```kotlin\n(.*?)```", RegexOption.DOT_MATCHES_ALL).findAll(guide).map { it.groupValues[1] }
        val source = Files.readString(Path.of("src/test/kotlin/dev/tidelock/examples/kotlin/KotlinGuide.kt"))
        val regions = Regex(" *// region [a-z-]+\n(.*?) *// endregion\n", RegexOption.DOT_MATCHES_ALL)
            .findAll(source)
            .map { it.groupValues[1].trimIndent() + "\n" }
        assertTrue(regions.any())
        assertEquals(regions.joinToString("\n"), programs.joinToString("\n"))
    }
}
