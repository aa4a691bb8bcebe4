package org.servicerecovery.web;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.EngineTrouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.util.unit.DataSize;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Everything that goes wrong under /api and /webhooks, as a problem of RFC 9457. {@code detail} is a sentence for people;
 * {@code errors} names fields, where fields are to blame. Nothing of the inside (classes, SQL) is told, it is logged.
 */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class Problems extends ResponseEntityExceptionHandler {

    /** One wrong field, by its path in the body such as {@code origin.kind}. */
    record FieldError(String field, String message) {}

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private final DataSize largestFile;

    Problems(@Value("${service-recovery.files.largest}") DataSize largestFile) {
        this.largestFile = largestFile;
    }

    @ExceptionHandler(Exception.class)
    ResponseEntity<Object> anything(Exception thrown, WebRequest request) throws Exception {
        if (!isApi(request) || thrown instanceof AuthenticationException) {
            throw thrown;
        }
        Optional<Refused> refused = EngineTrouble.refusal(thrown);
        if (refused.isPresent()) {
            return refused(refused.get());
        }
        if (thrown instanceof ConcurrencyFailureException || EngineTrouble.isConflict(thrown)) {
            return answer(
                    HttpStatus.CONFLICT,
                    Messages.text(forJobs(request) ? "problem.conflictHere" : "problem.conflict"),
                    List.of());
        }
        if (EngineTrouble.isSuspended(thrown)) {
            return answer(
                    HttpStatus.CONFLICT,
                    Messages.text(forJobs(request) ? "problem.suspendedHere" : "problem.suspended"),
                    List.of());
        }
        if (thrown instanceof AccessDeniedException || EngineTrouble.isForbidden(thrown)) {
            return answer(HttpStatus.FORBIDDEN, Messages.text("problem.forbidden"), List.of());
        }
        if (EngineTrouble.isNotStorable(thrown)) {
            return answer(HttpStatus.BAD_REQUEST, Messages.text("problem.nul"), List.of());
        }
        if (thrown instanceof AsyncRequestNotUsableException) {
            // The caller left before the answer was written: there is nobody to tell.
            return new ResponseEntity<>(HttpStatus.SERVICE_UNAVAILABLE);
        }
        if (thrown instanceof MultipartException) {
            return answer(HttpStatus.BAD_REQUEST, Messages.text("upload.broken"), List.of());
        }
        LOG.error("{} failed.", request.getDescription(false), thrown);
        return answer(HttpStatus.INTERNAL_SERVER_ERROR, Messages.text("problem.failed"), List.of());
    }

    private static ResponseEntity<Object> refused(Refused refused) {
        HttpStatus status = switch (refused.reason()) {
            case INVALID -> HttpStatus.BAD_REQUEST;
            case FORBIDDEN -> HttpStatus.FORBIDDEN;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case CONFLICT -> HttpStatus.CONFLICT;
        };
        List<FieldError> errors = refused.problems().stream()
                .filter(problem -> !problem.field().isEmpty())
                .map(problem -> new FieldError(problem.field(), problem.message()))
                .toList();
        return answer(status, String.valueOf(refused.getMessage()), errors);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException thrown, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Optional<Refused> refused = EngineTrouble.refusal(thrown);
        if (refused.isPresent()) {
            return refused(refused.get());
        }
        if (BodyLimit.isBehind(thrown)) {
            return answer(
                    HttpStatus.PAYLOAD_TOO_LARGE,
                    Messages.text("problem.bodyTooLarge", String.valueOf(BodyLimit.MOST.toMegabytes())),
                    List.of());
        }
        Throwable cause = thrown.getCause();
        if (cause instanceof UnrecognizedPropertyException unknown) {
            return field(path(unknown), Messages.text("problem.unknownField", known(unknown)));
        }
        if (cause instanceof InvalidFormatException wrong) {
            return field(path(wrong), wanted(wrong.getTargetType()));
        }
        if (cause instanceof MismatchedInputException wrong && !path(wrong).isEmpty()) {
            return field(path(wrong), wanted(wrong.getTargetType()));
        }
        if (cause instanceof JsonParseException broken) {
            return answer(
                    HttpStatus.BAD_REQUEST,
                    Messages.text(
                            "problem.noJson",
                            String.valueOf(broken.getLocation().getLineNr()),
                            String.valueOf(broken.getLocation().getColumnNr())),
                    List.of());
        }
        return answer(
                HttpStatus.BAD_REQUEST,
                cause == null ? bodyNeeded(request) : Messages.text("problem.otherBody"),
                List.of());
    }

    /** Of the type that was announced: the address takes it. */
    private static String bodyNeeded(WebRequest request) {
        String announced = request.getHeader(HttpHeaders.CONTENT_TYPE);
        MediaType type = announced == null ? MediaType.APPLICATION_JSON : MediaType.parseMediaType(announced);
        return type.isCompatibleWith(MediaType.APPLICATION_JSON)
                ? Messages.text("problem.bodyNeeded")
                : Messages.text("problem.bodyNeededAs", type.getType() + "/" + type.getSubtype());
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException thrown, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String name = thrown instanceof MethodArgumentTypeMismatchException argument
                ? argument.getName()
                : String.valueOf(thrown.getPropertyName());
        Class<?> type = thrown.getRequiredType();
        return field(name, wanted(type == null ? Object.class : type));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
            MissingServletRequestParameterException thrown,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        return field(thrown.getParameterName(), Messages.text("refused.missing"));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMediaTypeNotSupported(
            HttpMediaTypeNotSupportedException thrown, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        List<MediaType> taken = thrown.getSupportedMediaTypes();
        String sentence = taken.isEmpty() || taken.contains(MediaType.APPLICATION_JSON)
                ? Messages.text("problem.sendJson")
                : Messages.text("problem.sendAs", MediaType.toString(taken));
        return answer(HttpStatus.UNSUPPORTED_MEDIA_TYPE, sentence, List.of(), headers);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpRequestMethodNotSupported(
            HttpRequestMethodNotSupportedException thrown,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        String[] supported = thrown.getSupportedMethods();
        return answer(
                HttpStatus.METHOD_NOT_ALLOWED,
                supported == null
                        ? Messages.text("problem.method", thrown.getMethod())
                        : Messages.text("problem.methods", thrown.getMethod(), String.join(", ", supported)),
                List.of(),
                headers);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMaxUploadSizeExceededException(
            MaxUploadSizeExceededException thrown, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return answer(
                HttpStatus.PAYLOAD_TOO_LARGE,
                Messages.text("upload.tooLarge", String.valueOf(largestFile.toMegabytes())),
                List.of(),
                headers);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(
            NoResourceFoundException thrown, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return isApi(request)
                ? answer(HttpStatus.NOT_FOUND, Messages.text("problem.nothingHere"), List.of())
                : super.handleNoResourceFoundException(thrown, headers, status, request);
    }

    /** What is left of Spring's own exceptions: their problem detail fits, their type is told in words. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception thrown, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (status.is5xxServerError()) {
            if (thrown instanceof AsyncRequestNotUsableException) {
                // The caller left before the answer was written: there is nobody to tell.
                return new ResponseEntity<>(HttpStatus.SERVICE_UNAVAILABLE);
            }
            LOG.error("{} failed.", request.getDescription(false), thrown);
        }
        return super.handleExceptionInternal(thrown, body, headers, status, request);
    }

    private static boolean isApi(WebRequest request) {
        if (!(request instanceof ServletWebRequest servlet)) {
            return false;
        }
        String path = servlet.getRequest().getRequestURI();
        return path.startsWith("/api") || path.startsWith("/webhooks/");
    }

    /** Whoever works jobs, or another system, knows of no cases. */
    private static boolean forJobs(WebRequest request) {
        String path = ((ServletWebRequest) request).getRequest().getRequestURI();
        return path.startsWith("/api/jobs") || path.startsWith("/webhooks/");
    }

    private static ResponseEntity<Object> field(String field, String message) {
        return answer(HttpStatus.BAD_REQUEST, field + ": " + message, List.of(new FieldError(field, message)));
    }

    private static ResponseEntity<Object> answer(HttpStatus status, String detail, List<FieldError> errors) {
        return answer(status, detail, errors, HttpHeaders.EMPTY);
    }

    private static ResponseEntity<Object> answer(
            HttpStatus status, String detail, List<FieldError> errors, HttpHeaders headers) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        if (!errors.isEmpty()) {
            problem.setProperty("errors", errors);
        }
        return ResponseEntity.status(status)
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    private static String path(JsonMappingException thrown) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference part : thrown.getPath()) {
            if (part.getFieldName() == null) {
                path.append('[').append(part.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(part.getFieldName());
            }
        }
        return path.toString();
    }

    private static String known(UnrecognizedPropertyException thrown) {
        Collection<Object> ids = thrown.getKnownPropertyIds();
        return ids == null
                ? Messages.text("problem.none")
                : ids.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
    }

    private static String wanted(@Nullable Class<?> type) {
        if (type == null) {
            return Messages.text("problem.wrongKind");
        }
        if (type.isEnum()) {
            List<String> names = new ArrayList<>();
            Arrays.stream(type.getEnumConstants()).map(String::valueOf).forEach(names::add);
            return Messages.text("problem.chooseOne", String.join(", ", names));
        }
        if (type == Instant.class) {
            return Messages.text("problem.instant");
        }
        if (type == boolean.class || type == Boolean.class) {
            return Messages.text("problem.trueOrFalse");
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return Messages.text("problem.wholeNumber");
        }
        if (type == BigDecimal.class) {
            return Messages.text("problem.number");
        }
        if (CharSequence.class.isAssignableFrom(type)) {
            return Messages.text("problem.text");
        }
        return Messages.text(Collection.class.isAssignableFrom(type) ? "problem.list" : "problem.object");
    }
}
