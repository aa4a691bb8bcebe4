package org.servicerecovery.demo;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.job.Jobs;
import org.servicerecovery.job.OrderFields;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** The ordinary work of the made-up business, for its operatives. */
@Component
@Profile("demo")
@Order(0)
class DemoJobs implements ApplicationRunner {

    private final Customers customers;
    private final Jobs jobs;
    private final Clock clock;
    private final BusinessZone zone;

    DemoJobs(Customers customers, Jobs jobs, Clock clock, BusinessZone zone) {
        this.customers = customers;
        this.jobs = jobs;
        this.clock = clock;
        this.zone = zone;
    }

    /** Before the demo's customers are made, which is done once. */
    @Override
    public void run(ApplicationArguments args) {
        if (!customers.isEmpty()) {
            return;
        }
        job(
                1,
                8,
                2,
                "12 Weaver Street, ground floor",
                "Mrs Bell",
                "+44 113 496 0101",
                "plumbing",
                "north",
                "Kitchen tap drips. Replace the cartridge or the tap.",
                "Cartridge 35 mm",
                60,
                "PL-110");
        job(
                1,
                13,
                4,
                "Mill Lane Nursery, plant room",
                "Site office",
                "+44 113 496 0102",
                "heating",
                "north",
                "Yearly boiler service. Check pressure and safety valve, write the readings into the log.",
                "",
                120,
                "HT-020");
        job(
                2,
                9,
                3,
                "4 Orchard Close",
                "Mr Naylor",
                "+44 113 496 0103",
                "plumbing",
                "north",
                "Fit an outside tap with a check valve. The customer has chosen the place.",
                "Outside tap kit",
                90,
                "PL-131");
        job(
                1,
                9,
                2,
                "81 Harbour Road, flat 6",
                "Ms Okafor",
                "+44 113 496 0104",
                "heating",
                "south",
                "Radiator in the bedroom stays cold. Bleed, balance, replace the valve if it sticks.",
                "TRV 15 mm",
                75,
                "HT-044");
        job(
                3,
                10,
                4,
                "Quay Bakery, rear entrance",
                "Mr Lindgren",
                "+44 113 496 0105",
                "plumbing",
                "south",
                "Install a second hand basin. Supply and waste are prepared.",
                "Basin 450 mm, trap, two isolating valves",
                180,
                "PL-220");
    }

    private void job(
            int inDays,
            int hour,
            int hours,
            String site,
            String contact,
            String phone,
            String skill,
            String area,
            String task,
            String parts,
            int minutes,
            String price) {
        ZonedDateTime day =
                clock.instant().atZone(zone.id()).truncatedTo(ChronoUnit.DAYS).plusDays(inDays);
        Instant from = day.plusHours(hour).toInstant();
        jobs.place(new OrderFields(
                site,
                contact,
                phone,
                skill,
                area,
                task,
                from,
                from.plus(Duration.ofHours(hours)),
                parts,
                minutes,
                price));
    }
}
