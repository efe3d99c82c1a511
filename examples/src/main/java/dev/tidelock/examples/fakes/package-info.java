/**
 * Stand-ins for relays that other people wrote, on real sockets: models of the test kit, with HTTP and WebSocket in front. For tests, and to try a dialect without the real server.
 */
package dev.tidelock.examples.fakes;
