package dev.tidelock.sync.crypto;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Crypto plugs into the core by its interfaces and knows no other plug-in. */
@AnalyzeClasses(packages = "dev.tidelock.sync.crypto", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule crypto_usesOnlyTheOpenPartsOfCore = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.tidelock.sync.internal..",
                    "dev.tidelock.sync.http..",
                    "dev.tidelock.sync.ws..",
                    "dev.tidelock.sync.monolith..",
                    "dev.tidelock.sync.sqlite..",
                    "dev.tidelock.sync.testkit..",
                    "dev.tidelock.examples..");

    @ArchTest
    static final ArchRule crypto_knowsNoPlatform = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "android..", "androidx..", "java.net.http..", "java.sql..", "com.fasterxml.jackson.databind..");

    /** Another library, or another version of it, can take their place without anybody noticing. */
    @ArchTest
    static final ArchRule publicApi_namesNoCryptographicLibrary = noMethods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .arePublic()
            .should()
            .haveRawReturnType(resideInAnyPackage("com.google..", "org.bouncycastle.."))
            .orShould()
            .haveRawParameterTypes(anyElementThat(resideInAnyPackage("com.google..", "org.bouncycastle..")));

    /** What an app has registered with the JVM or with Tink is the app's. */
    @ArchTest
    static final ArchRule crypto_registersNothing = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.security.Security")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("com.google.crypto.tink.Registry")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("com.google.crypto.tink.aead.AeadConfig")
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle.jce..");

    @ArchTest
    static final ArchRule packages_haveNoCycles =
            slices().matching("dev.tidelock.sync.crypto.(**)").should().beFreeOfCycles();
}
