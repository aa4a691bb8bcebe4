package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.servicerecovery.Coded;
import org.servicerecovery.Messages;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.CheckedTable;
import org.servicerecovery.engine.TableCell;
import org.springframework.stereotype.Component;

/** What the table of approval limits may say. */
@Component
class ApprovalLimits implements CheckedTable {

    @Override
    public String table() {
        return Approvals.TABLE;
    }

    @Override
    public Map<String, TableCell> inputs() {
        return Map.of(
                "kind", TableCell.oneOf("table.noKind", ApprovalLimits::kinds),
                "amount", TableCell.anything(),
                "customerAmount", TableCell.anything(),
                "severity", TableCell.oneOf("table.noSeverity", () -> Coded.all(Severity.class)));
    }

    @Override
    public Map<String, TableCell> outputs() {
        return Map.of("approval", TableCell.oneOf("table.noApproval", () -> Approvals.APPROVALS));
    }

    /** At the ends of the scale; what lies between is for the designer to see. */
    @Override
    public List<String> wrongAnswers(Function<Map<String, Object>, List<Map<String, Object>>> ask) {
        List<String> wrong = new ArrayList<>();
        for (String kind : kinds()) {
            for (Severity severity : Severity.values()) {
                for (BigDecimal amount : List.of(BigDecimal.ONE, new BigDecimal("1000000"))) {
                    if (ask.apply(Map.of(
                                            "kind", kind,
                                            "amount", amount,
                                            "customerAmount", amount,
                                            "severity", severity.code()))
                                    .size()
                            != 1) {
                        wrong.add(Messages.text("table.rowOfAmount", kind, amount.toPlainString(), severity.code()));
                    }
                }
            }
        }
        return wrong;
    }

    private static List<String> kinds() {
        return Arrays.stream(Kind.values()).map(Kind::family).distinct().toList();
    }
}
