/** How concurrent changes come together: strategies for puts, reducers for named ops. */
@NullMarked
package dev.tidelock.sync.strategy;

import org.jspecify.annotations.NullMarked;
