package dev.tidelock.sync.http;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A transport carries sealed envelopes: it has no name for what is inside them. */
@AnalyzeClasses(packages = "dev.tidelock.sync.http", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule transport_cannotNameAPlaintextEvent = classes()
            .should()
            .onlyDependOnClassesThat(not(resideInAPackage("dev.tidelock.."))
                    .or(resideInAnyPackage(
                            "dev.tidelock.sync.http..",
                            "dev.tidelock.sync.envelope..",
                            "dev.tidelock.sync.spi.transport..")));

    @ArchTest
    static final ArchRule wire_knowsNoHttpClient = noClasses()
            .that()
            .resideInAPackage("dev.tidelock.sync.http.wire..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("okhttp3..", "okio..", "dev.tidelock.sync.http");

    @ArchTest
    static final ArchRule transport_knowsNoPlatform = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "android..", "androidx..", "java.net.http..", "java.sql..", "com.fasterxml.jackson.databind..");

    @ArchTest
    static final ArchRule time_comesInThroughTheBuilder = noClasses()
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule packages_haveNoCycles =
            slices().matching("dev.tidelock.sync.http.(**)").should().beFreeOfCycles();

    /** An Android app has OkHttp under other coordinates; what it compiles against must not need ours. */
    @ArchTest
    static void publicSignatures_nameOkHttpInOnePlaceOnly(JavaClasses classes) {
        Set<String> naming = classes.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> !type.getPackageName().endsWith(".internal")) // no API
                .flatMap(type -> Stream.concat(type.getMethods().stream(), type.getConstructors().stream()))
                .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(ArchitectureTest::namesOkHttp)
                .map(JavaMember::getFullName)
                .collect(Collectors.toSet());
        assertEquals(Set.of("dev.tidelock.sync.http.HttpRelay$Builder.okHttpClient(okhttp3.OkHttpClient)"), naming);
    }

    private static boolean namesOkHttp(JavaCodeUnit member) {
        return Stream.concat(Stream.of(member.getRawReturnType()), member.getRawParameterTypes().stream())
                .anyMatch(type ->
                        type.getName().startsWith("okhttp3.") || type.getName().startsWith("okio."));
    }
}
