package dev.tidelock.sync.http;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** A transport carries sealed envelopes: it has no name for what is inside them. */
@AnalyzeClasses(packages = "dev.tidelock.sync.http", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule transport_usesOnlyTheOpenPartsOfCore = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.tidelock.sync.internal..",
                    "dev.tidelock.sync.crypto..",
                    "dev.tidelock.sync.sqlite..",
                    "dev.tidelock.sync.testkit..",
                    "dev.tidelock.examples..");

    @ArchTest
    static final ArchRule transport_cannotNameAPlaintextEvent = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.tidelock.sync.model..",
                    "dev.tidelock.sync.json..",
                    "dev.tidelock.sync.strategy..",
                    "dev.tidelock.sync.spi.store..",
                    "dev.tidelock.sync.internal..");

    @ArchTest
    static final ArchRule transport_knowsNoPlatform = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "android..", "androidx..", "java.net.http..", "java.sql..", "com.fasterxml.jackson.databind..");

    @ArchTest
    static final ArchRule packages_haveNoCycles =
            slices().matching("dev.tidelock.sync.http.(**)").should().beFreeOfCycles();
}
