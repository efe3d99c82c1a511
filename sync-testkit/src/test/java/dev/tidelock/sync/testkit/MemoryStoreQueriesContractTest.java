package dev.tidelock.sync.testkit;

import dev.tidelock.sync.spi.store.Store;

class MemoryStoreQueriesContractTest extends StoreQueriesContract {
    @Override
    protected Store create() {
        return new MemoryStore();
    }
}
