package org.servicerecovery.evidence;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** @param mostPerCase files on one case */
@ConfigurationProperties("service-recovery.files")
record EvidenceProperties(@DefaultValue("40") int mostPerCase) {}
