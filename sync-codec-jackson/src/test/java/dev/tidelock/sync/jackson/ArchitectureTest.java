package dev.tidelock.sync.jackson;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** A codec turns values into JSON and back: it needs nothing else of the core. */
@AnalyzeClasses(packages = "dev.tidelock.sync.jackson", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule codec_knowsOnlyCodecsAndJson = classes()
            .should()
            .onlyDependOnClassesThat(not(resideInAPackage("dev.tidelock.."))
                    .or(resideInAnyPackage(
                            "dev.tidelock.sync.jackson..", "dev.tidelock.sync.codec..", "dev.tidelock.sync.json..")));

    @ArchTest
    static final ArchRule codec_knowsNoPlatform = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("android..", "androidx..", "java.beans..", "java.sql..", "java.net.http..");
}
