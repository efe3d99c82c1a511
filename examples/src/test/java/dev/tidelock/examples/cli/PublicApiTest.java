package dev.tidelock.examples.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The examples show what an app can do, so they do nothing that an app cannot. */
@AnalyzeClasses(packages = "dev.tidelock.examples", importOptions = DoNotIncludeTests.class)
class PublicApiTest {
    @ArchTest
    static final ArchRule nothingInternalIsUsed =
            noClasses().should().dependOnClassesThat().resideInAPackage("dev.tidelock.sync..internal..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.tidelock.examples.(**)").should().beFreeOfCycles();
}
