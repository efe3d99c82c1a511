package dev.tidelock.sync.sqlite;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The store plugs into the core by its interfaces and knows no other plug-in. */
@AnalyzeClasses(packages = "dev.tidelock.sync.sqlite", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule store_usesOnlyTheOpenPartsOfCore = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.tidelock.sync.internal..",
                    "dev.tidelock.sync.crypto..",
                    "dev.tidelock.sync.http..",
                    "dev.tidelock.sync.ws..",
                    "dev.tidelock.sync.monolith..",
                    "dev.tidelock.sync.testkit..",
                    "dev.tidelock.examples..");

    @ArchTest
    static final ArchRule store_knowsNoPlatform = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("android..", "androidx..", "java.net.http..", "com.fasterxml.jackson.databind..");

    @ArchTest
    static final ArchRule packages_haveNoCycles =
            slices().matching("dev.tidelock.sync.sqlite.(**)").should().beFreeOfCycles();
}
