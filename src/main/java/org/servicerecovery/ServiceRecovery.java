package org.servicerecovery;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the application. */
@SpringBootApplication
public class ServiceRecovery {

    public static void main(String[] args) {
        SpringApplication.run(ServiceRecovery.class, args);
    }
}
