package org.servicerecovery;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.util.Date;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/** The rules of the house that a compiler does not hold. */
@AnalyzeClasses(packages = "org.servicerecovery", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    /** Who is who, and who may do what, is kept by the engine's identity and authorization services. */
    private static final Set<String> KEEPERS_OF_IDENTITY = Set.of(
            // People and groups.
            "People",
            "Members",
            "CaseOwners",
            "ColleaguesInTheEngine",
            "DemoPeople",
            "FirstAdministrator",
            "RoleSetUp",
            "MeController",
            // What each role may do in the engine.
            "EngineAccess",
            "Grants",
            // One sign-in for Tasklist, Cockpit, Admin and the engine's REST API.
            "FrontDoor",
            "WebAppIdentity",
            "EngineIdentityFilter");

    /** Programs of their own, outside the application and its engine: nothing there could inject a clock. */
    private static final Set<String> OWN_PROGRAMS = Set.of(
            "org.servicerecovery.compensation.sandbox.SandboxProcessor", "org.servicerecovery.signal.ImportCommand");

    @ArchTest
    static final ArchRule featuresNeverDependOnEachOtherInACircle =
            slices().matching("org.servicerecovery.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theEngineKnowsNoFeature = noClasses()
            .that()
            .resideInAPackage("org.servicerecovery.engine..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.servicerecovery..")
                    .and(resideOutsideOfPackage("org.servicerecovery"))
                    .and(resideOutsideOfPackage("org.servicerecovery.engine..")));

    @ArchTest
    static final ArchRule aJobKnowsNothingOfRecovery = noClasses()
            .that()
            .resideInAPackage("org.servicerecovery.job..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.servicerecovery..")
                    .and(resideOutsideOfPackage("org.servicerecovery"))
                    .and(resideOutsideOfPackage("org.servicerecovery.engine.."))
                    .and(resideOutsideOfPackage("org.servicerecovery.files.."))
                    .and(resideOutsideOfPackage("org.servicerecovery.job..")));

    @ArchTest
    static final ArchRule theEngineOfACaseIsNoneOfAJob = noClasses()
            .that()
            .resideInAPackage("org.servicerecovery.job..")
            .should()
            .dependOnClassesThat(describe(
                    "speak of cases", type -> type.getSimpleName().matches("RecoveryProcess|CaseOfTask|Intervention")));

    @ArchTest
    static final ArchRule theTaxonomyKnowsNothingOfCounts = noClasses()
            .that()
            .resideInAPackage("org.servicerecovery.trend.taxonomy..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.servicerecovery.trend..")
                    .and(resideOutsideOfPackage("org.servicerecovery.trend.taxonomy..")));

    @ArchTest
    static final ArchRule lessonsKnowCausesButNoCounts = noClasses()
            .that()
            .resideInAPackage("org.servicerecovery.trend.lesson..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.servicerecovery.trend..")
                    .and(resideOutsideOfPackage("org.servicerecovery.trend.lesson.."))
                    .and(resideOutsideOfPackage("org.servicerecovery.trend.taxonomy..")));

    @ArchTest
    static final ArchRule camundaIsKnownOnlyAtTheEdge = noClasses()
            .that()
            .resideOutsideOfPackage("org.servicerecovery.engine..")
            .and(describe(
                    "are neither delegate nor listener",
                    type -> !outermost(type).getSimpleName().matches(".*(Delegate|Listener)")))
            .and(describe(
                    "do not keep identities",
                    type -> !(type.getPackageName().equals("org.servicerecovery.access")
                            && KEEPERS_OF_IDENTITY.contains(outermost(type).getSimpleName()))))
            .should()
            .dependOnClassesThat(resideInAPackage("org.camunda.."));

    @ArchTest
    static final ArchRule everyKeeperOfIdentityIsOneForAReason = classes()
            .that()
            .resideInAPackage("org.servicerecovery.access")
            .and(describe("are listed", type -> KEEPERS_OF_IDENTITY.contains(type.getSimpleName())))
            .should(dependOnCamunda());

    @ArchTest
    static final ArchRule nothingIsInjectedIntoFields = NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

    @ArchTest
    static final ArchRule everyPackageIsNullMarked = classes().should(liveInANullMarkedPackage());

    @ArchTest
    static final ArchRule loggingGoesThroughSlf4j =
            noClasses().should().dependOnClassesThat(resideInAPackage("java.util.logging.."));

    @ArchTest
    static final ArchRule theTimeComesFromTheInjectedClock = noClasses()
            .that()
            .resideOutsideOfPackage("org.servicerecovery.engine..")
            .and(describe(
                    "are no programs of their own",
                    type -> !OWN_PROGRAMS.contains(outermost(type).getName())))
            .should()
            .accessTargetWhere(describe("reads the machine's clock", ArchitectureTest::readsTheMachinesClock));

    private static boolean readsTheMachinesClock(JavaAccess<?> access) {
        var target = access.getTarget();
        String owner = target.getOwner().getName();
        boolean now = owner.startsWith("java.time.")
                && target.getName().equals("now")
                && !target.getFullName().contains(Clock.class.getName());
        boolean systemClock = owner.equals(Clock.class.getName())
                && (target.getName().startsWith("system") || target.getName().startsWith("tick"));
        boolean date = target.getFullName().equals(Date.class.getName() + ".<init>()");
        boolean millis = target.getFullName().equals("java.lang.System.currentTimeMillis()");
        return now || systemClock || date || millis;
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    private static ArchCondition<JavaClass> dependOnCamunda() {
        DescribedPredicate<JavaClass> camunda = resideInAPackage("org.camunda..");
        return new ArchCondition<>("depend on Camunda, or leave the list") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean satisfied = type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency -> camunda.test(dependency.getTargetClass()));
                events.add(new SimpleConditionEvent(type, satisfied, type.getName() + " no longer needs Camunda"));
            }
        };
    }

    private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
        return new ArchCondition<>("live in a package that is @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean satisfied = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(
                        type, satisfied, type.getPackageName() + " has no package-info with @NullMarked"));
            }
        };
    }
}
