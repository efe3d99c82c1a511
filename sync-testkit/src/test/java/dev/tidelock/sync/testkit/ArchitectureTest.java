package dev.tidelock.sync.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** App authors use the test kit as it stands here: it needs nothing that they cannot reach. */
@AnalyzeClasses(packages = "dev.tidelock.sync.testkit", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule testkit_usesOnlyTheOpenPartsOfCore = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.tidelock.sync.internal..",
                    "dev.tidelock.sync.crypto..",
                    "dev.tidelock.sync.http..",
                    "dev.tidelock.sync.ws..",
                    "dev.tidelock.sync.monolith..",
                    "dev.tidelock.sync.sqlite..",
                    "dev.tidelock.examples..");

    @ArchTest
    static final ArchRule packages_haveNoCycles =
            slices().matching("dev.tidelock.sync.testkit.(**)").should().beFreeOfCycles();
}
