package dev.tidelock.sync.testkit;

import dev.tidelock.sync.spi.store.Store;

class MemoryStoreContractTest extends StoreContract {
    private final MemoryDisk disk = new MemoryDisk();

    @Override
    protected Store create() {
        return new MemoryStore(disk);
    }

    @Override
    protected Store openBeside(Store open) {
        return new MemoryStore(disk);
    }

    @Override
    protected Store reopen(Store closed) {
        return new MemoryStore(disk);
    }
}
