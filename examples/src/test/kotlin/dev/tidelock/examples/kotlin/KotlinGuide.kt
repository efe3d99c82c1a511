// The programs of docs/kotlin.md: their regions are its text, and a test runs them.
package dev.tidelock.examples.kotlin

import dev.tidelock.sync.SyncClient
import dev.tidelock.sync.TypedCollection
import dev.tidelock.sync.TypedRecord
import dev.tidelock.sync.codec.Codec
import dev.tidelock.sync.codec.ObjectCodec
import dev.tidelock.sync.query.Condition
import dev.tidelock.sync.query.Query
import dev.tidelock.sync.status.SyncListener
import dev.tidelock.sync.status.SyncReport
import dev.tidelock.sync.status.SyncStatus
import dev.tidelock.sync.testkit.MemoryStore
import dev.tidelock.sync.testkit.SimulatedRelay
import dev.tidelock.sync.testkit.SimulatedTransport
import dev.tidelock.sync.testkit.TestSealer
import java.time.Instant
import java.util.function.Function
import kotlin.jvm.optionals.getOrNull
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.future.await

// region type
data class Task(val title: String, val done: Boolean = false, val due: Instant? = null)

val TASK: Codec<Task> = ObjectCodec.of(Task::class.java) { members ->
    val title = members.string("title", Task::title)
    val done = members.flag("done", Task::done).orElse(false)
    val due = members.instant("due", Task::due).orNull()
    Function { read -> Task(read.get(title), read.get(done), read.get(due)) }
}
// endregion

// region open
fun open(relay: SimulatedRelay, sealer: TestSealer): SyncClient {
    relay.admit(sealer.publicKey())
    val transport = SimulatedTransport(relay, sealer.device())
    return SyncClient.builder(MemoryStore(), transport, sealer).open()
}
// endregion

fun write(client: SyncClient): Task? {
    // region write
    val tasks = client.collection("tasks", TASK)
    tasks.put("milk", Task("Buy milk")) // durable when it returns, with or without a network
    tasks.update("milk") { it.copy(done = true) }
    val milk: Task? = tasks.get("milk").getOrNull()
    // endregion
    return milk
}

fun split(client: SyncClient) {
    // region transaction
    client.transaction { tx ->
        val tasks = tx.collection("tasks", TASK)
        val milk = tasks.get("milk").orElseThrow()
        tasks.put("oat milk", milk.copy(title = "Buy oat milk"))
        tasks.delete("milk")
    }
    // endregion
}

// region sync
suspend fun SyncClient.awaitSync(): SyncReport = syncAsync().await()
// endregion

// region status
fun SyncClient.statuses(): Flow<SyncStatus> =
    callbackFlow {
        val listener = object : SyncListener {
            override fun onStatusChanged(status: SyncStatus) {
                trySend(Unit)
            }
        }
        addListener(listener)
        trySend(Unit)
        awaitClose { removeListener(listener) }
    }.conflate().map { status() }.flowOn(Dispatchers.IO)
// endregion

// region live-query
fun <T : Any> TypedCollection<T>.results(query: Query): Flow<List<TypedRecord<T>>> =
    callbackFlow {
        val live = observe(query) { change -> trySend(change.result()) }
        awaitClose { live.close() }
    }.conflate()
// endregion

// region show
suspend fun showOpen(client: SyncClient, show: (List<Task>) -> Unit) {
    val open = Query.matching(Condition.equal("done", false)).orderBy("title")
    client.collection("tasks", TASK).results(open).collect { found ->
        show(found.map { it.value() })
    }
}
// endregion
