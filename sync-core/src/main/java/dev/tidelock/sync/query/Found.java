package dev.tidelock.sync.query;

import dev.tidelock.sync.json.JsonValue;

/**
 * A record that a query found.
 *
 * @param id the record's id
 * @param value what it holds
 */
public record Found(String id, JsonValue value) {}
