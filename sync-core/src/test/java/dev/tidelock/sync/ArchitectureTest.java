package dev.tidelock.sync;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaConstructor.CONSTRUCTOR_NAME;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The shape of the core. A package may import packages of a lower rank only, so no two packages need each other
 * and a reader can start at the bottom. A new package gets its rank here first.
 */
@AnalyzeClasses(packages = "dev.tidelock.sync", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.tidelock.sync";

    /** The facade wires everything together; nothing below imports it. */
    private static final String FACADE = ROOT;

    private static final String JSON = ROOT + ".json..";
    private static final String ENVELOPE = ROOT + ".envelope..";
    private static final String RUNTIME = ROOT + ".spi.runtime..";
    private static final String TRANSPORT = ROOT + ".spi.transport..";
    private static final String SEAL = ROOT + ".spi.seal..";

    private static final String LINK = ROOT + ".spi.link..";

    private static final Map<String, Integer> RANKS = Map.ofEntries(
            Map.entry(JSON, 0),
            Map.entry(ENVELOPE, 0),
            Map.entry(ROOT + ".model..", 1),
            Map.entry(RUNTIME, 1),
            Map.entry(TRANSPORT, 1),
            Map.entry(SEAL, 1),
            Map.entry(LINK, 1),
            Map.entry(ROOT + ".link..", 2),
            Map.entry(ROOT + ".bundle..", 2),
            Map.entry(ROOT + ".internal.bundle..", 3),
            Map.entry(ROOT + ".internal.text..", 1),
            Map.entry(ROOT + ".internal.setting..", 1),
            Map.entry(ROOT + ".codec..", 1),
            Map.entry(ROOT + ".strategy..", 2),
            Map.entry(ROOT + ".query..", 2),
            Map.entry(ROOT + ".gate..", 2),
            Map.entry(ROOT + ".relation..", 3),
            Map.entry(ROOT + ".internal.typed..", 2),
            Map.entry(ROOT + ".live..", 3),
            Map.entry(ROOT + ".internal.fold..", 3),
            Map.entry(ROOT + ".internal.keys..", 3),
            Map.entry(ROOT + ".internal.codec..", 3),
            Map.entry(ROOT + ".cell..", 2),
            Map.entry(ROOT + ".status..", 3),
            Map.entry(ROOT + ".spi.store..", 4),
            Map.entry(ROOT + ".internal.query..", 5),
            Map.entry(ROOT + ".internal.relation..", 6),
            Map.entry(ROOT + ".internal.engine..", 7),
            Map.entry(ROOT + ".internal.live..", 7),
            Map.entry(FACADE, 8));

    /** Packages that may import even less than their rank allows. */
    private static final Map<String, Set<String>> ONLY =
            Map.of(RUNTIME, Set.of(), LINK, Set.of(), TRANSPORT, Set.of(ENVELOPE), SEAL, Set.of(ENVELOPE));

    @ArchTest
    static final ArchRule everyPackage_hasARank = classes()
            .that()
            .resideInAPackage(ROOT + "..")
            .should()
            .resideInAnyPackage(RANKS.keySet().toArray(String[]::new));

    @ArchTest
    static void imports_onlyPointDown(JavaClasses core) {
        for (String from : RANKS.keySet()) {
            classes()
                    .that()
                    .resideInAPackage(from)
                    .should()
                    .onlyDependOnClassesThat(not(resideInAPackage(ROOT + ".."))
                            .or(resideInAPackage(from))
                            .or(resideInAnyPackage(below(from))))
                    .because("rank " + RANKS.get(from) + " imports lower ranks only")
                    .check(core);
        }
    }

    private static String[] below(String from) {
        List<String> allowed = new ArrayList<>();
        for (String to : RANKS.keySet()) {
            if (RANKS.get(to) < RANKS.get(from)
                    && ONLY.getOrDefault(from, RANKS.keySet()).contains(to)) {
                allowed.add(to);
            }
        }
        return allowed.toArray(String[]::new);
    }

    @ArchTest
    static final ArchRule packages_haveNoCycles =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule transport_cannotNameAPlaintextEvent = noClasses()
            .that()
            .resideInAPackage(TRANSPORT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".model..", JSON, ROOT + ".internal..");

    @ArchTest
    static final ArchRule core_knowsNoPlatformAndNoPlugIn = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "android..",
                    "androidx..",
                    "java.net.http..",
                    "java.sql..",
                    "okhttp3..",
                    "okio..",
                    "com.google.crypto.tink..",
                    "org.bouncycastle..",
                    "com.fasterxml.jackson.databind..");

    /** The simulation replays a run from its seed, so nothing may read the real clock or throw its own dice. */
    private static final Map<String, Set<String>> SUPPLIED = Map.ofEntries(
            Map.entry("java.lang.System", Set.of("currentTimeMillis", "nanoTime")),
            Map.entry("java.time.Clock", Set.of("systemUTC", "systemDefaultZone", "system", "tickMillis")),
            Map.entry("java.util.Date", Set.of(CONSTRUCTOR_NAME)),
            Map.entry("java.lang.Math", Set.of("random")),
            Map.entry("java.util.Random", Set.of(CONSTRUCTOR_NAME)),
            Map.entry("java.util.SplittableRandom", Set.of(CONSTRUCTOR_NAME)),
            Map.entry("java.util.concurrent.ThreadLocalRandom", Set.of("current")),
            Map.entry("java.security.SecureRandom", Set.of(CONSTRUCTOR_NAME, "getInstance", "getInstanceStrong")),
            Map.entry("java.util.UUID", Set.of("randomUUID")),
            Map.entry("java.lang.Thread", Set.of(CONSTRUCTOR_NAME, "sleep")),
            Map.entry("java.util.concurrent.TimeUnit", Set.of("sleep")),
            Map.entry("java.util.Timer", Set.of(CONSTRUCTOR_NAME)),
            Map.entry("java.util.concurrent.ThreadPoolExecutor", Set.of(CONSTRUCTOR_NAME)),
            Map.entry("java.util.concurrent.ScheduledThreadPoolExecutor", Set.of(CONSTRUCTOR_NAME)),
            Map.entry("java.util.concurrent.ForkJoinPool", Set.of(CONSTRUCTOR_NAME, "commonPool")));

    @ArchTest
    static final ArchRule timeChanceAndThreads_comeInThroughConstructors = noClasses()
            .that(not(systemRuntime()))
            .should()
            .accessTargetWhere(describe("time, chance or a thread comes from the platform", ArchitectureTest::supplied))
            .because("SystemRuntime alone supplies time, chance and threads");

    private static boolean supplied(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String member = access.getTarget().getName();
        return SUPPLIED.getOrDefault(owner, Set.of()).contains(member)
                || owner.equals("java.util.concurrent.Executors")
                || owner.startsWith("java.time.") && member.equals("now");
    }

    private static DescribedPredicate<JavaClass> systemRuntime() {
        String name = ROOT + ".spi.runtime.SystemRuntime";
        return describe(
                "SystemRuntime",
                type -> type.getName().equals(name) || type.getName().startsWith(name + "$"));
    }
}
