# Build: docker build -t service-recovery .
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY .mvn .mvn
COPY pom.xml .
# The libraries in a layer of their own, which a change of our code does not touch.
RUN mvn -B -q dependency:go-offline -Dspotless.check.skip=true
COPY processes processes
COPY forms forms
COPY src src
# Tests and format checks belong to the project's own build.
RUN mvn -B -q package -DskipTests -Dspotless.check.skip=true \
 && mv target/service-recovery-*.jar target/service-recovery.jar

FROM eclipse-temurin:17-jre-alpine
RUN addgroup -S recovery && adduser -S -G recovery recovery \
 && mkdir -p /var/lib/service-recovery && chown recovery:recovery /var/lib/service-recovery
COPY --from=build /build/target/service-recovery.jar /opt/service-recovery.jar
USER recovery
WORKDIR /var/lib/service-recovery
# Inside the container every interface; what is published is decided where it is started.
ENV SERVER_ADDRESS=0.0.0.0
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=6 \
  CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/actuator/health"]
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-jar", "/opt/service-recovery.jar"]
