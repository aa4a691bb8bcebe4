package org.servicerecovery.files;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Keeps bytes in a bucket of Amazon S3 or of a server that speaks its language. There when a bucket is set. */
@Component
@ConditionalOnExpression("!'${service-recovery.files.s3.bucket:}'.isBlank()")
class S3Store implements ContentStore, DisposableBean {

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration SILENCE = Duration.ofSeconds(20);
    /** With its repetitions; far below the time after which {@link Contents} takes an upload for dead. */
    private static final Duration WHOLE_CALL = Duration.ofMinutes(2);

    private final S3Client s3;
    private final String bucket;
    private final String prefix;

    S3Store(FilesProperties properties) {
        FilesProperties.S3 settings = properties.s3();
        this.bucket = settings.bucket();
        this.prefix = settings.prefix();
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(settings.region()))
                .forcePathStyle(settings.pathStyle())
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(SILENCE))
                .overrideConfiguration(calls -> calls.apiCallTimeout(WHOLE_CALL))
                // Servers other than Amazon's often do not know the newer checksums.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .credentialsProvider(
                        settings.accessKey().isBlank()
                                ? DefaultCredentialsProvider.builder().build()
                                : StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(settings.accessKey(), settings.secretKey())));
        if (!settings.endpoint().isBlank()) {
            builder.endpointOverride(URI.create(settings.endpoint()));
        }
        this.s3 = builder.build();
    }

    @Override
    public String name() {
        return "s3";
    }

    @Override
    public void put(UUID key, Path bytes) throws IOException {
        try {
            s3.putObject(request -> request.bucket(bucket).key(prefix + key), RequestBody.fromFile(bytes));
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    @Override
    public InputStream open(UUID key) throws IOException {
        try {
            return s3.getObject(request -> request.bucket(bucket).key(prefix + key));
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    @Override
    public void delete(UUID key) throws IOException {
        try {
            s3.deleteObject(request -> request.bucket(bucket).key(prefix + key));
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    private static IOException failed(SdkException why) {
        return new IOException("The S3 server did not do it.", why);
    }

    @Override
    public void destroy() {
        s3.close();
    }
}
