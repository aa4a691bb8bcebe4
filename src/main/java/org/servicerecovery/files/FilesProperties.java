package org.servicerecovery.files;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What is taken as a file, and where it is kept.
 *
 * @param largest of one file, as it is sent
 * @param mostMegapixels of one picture
 * @param store {@code postgresql}, or {@code s3} for new files; what is kept elsewhere already is read there
 */
@ConfigurationProperties("service-recovery.files")
record FilesProperties(
        @DefaultValue("25MB") DataSize largest,
        @DefaultValue("50") int mostMegapixels,
        @DefaultValue("postgresql") String store,
        @DefaultValue S3 s3) {

    /**
     * A bucket at Amazon or at a server that speaks S3.
     *
     * @param endpoint where another server than Amazon's is; empty for Amazon's own
     * @param prefix what every key in the bucket begins with
     * @param accessKey empty to take what the AWS SDK finds by itself: environment, profile, role of the machine
     * @param pathStyle the bucket in the path and not in the host name, as most servers other than Amazon's want it
     */
    record S3(
            @DefaultValue("") String bucket,
            @DefaultValue("us-east-1") String region,
            @DefaultValue("") String endpoint,
            @DefaultValue("service-recovery/") String prefix,
            @DefaultValue("") String accessKey,
            @DefaultValue("") String secretKey,
            @DefaultValue("false") boolean pathStyle) {

        /** Without the keys. */
        @Override
        public String toString() {
            return "S3[bucket=" + bucket + ", region=" + region + ", endpoint=" + endpoint + "]";
        }
    }
}
