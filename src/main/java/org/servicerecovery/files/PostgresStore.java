package org.servicerecovery.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Keeps bytes in this application's own database, in pieces: nobody ever holds a whole file in memory. */
@Component
class PostgresStore implements ContentStore {

    private static final int PIECE = 512 * 1024;

    private final JdbcClient db;
    private final TransactionTemplate transaction;

    PostgresStore(JdbcClient db, PlatformTransactionManager transactions) {
        this.db = db;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public void put(UUID key, Path bytes) throws IOException {
        try (InputStream in = Files.newInputStream(bytes)) {
            transaction.executeWithoutResult(status -> {
                int seq = 0;
                for (byte[] piece = next(in); piece.length > 0; piece = next(in)) {
                    db.sql("insert into file_piece (content, seq, bytes) values (?, ?, ?)")
                            .params(key, seq, piece)
                            .update();
                    seq++;
                }
            });
        }
    }

    private static byte[] next(InputStream in) {
        try {
            return in.readNBytes(PIECE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fetches a piece when it is asked for: a slow reader holds no connection. */
    @Override
    public InputStream open(UUID key) throws IOException {
        Pieces pieces = new Pieces(key);
        pieces.fetch();
        if (pieces.piece.length == 0) {
            throw new IOException("No bytes are kept as " + key + ".");
        }
        return pieces;
    }

    @Override
    public void delete(UUID key) {
        db.sql("delete from file_piece where content = ?").param(key).update();
    }

    private final class Pieces extends InputStream {

        private final UUID key;
        private int seq;
        private byte[] piece = {};
        private int at;

        Pieces(UUID key) {
            this.key = key;
        }

        private void fetch() {
            piece = db.sql("select bytes from file_piece where content = ? and seq = ?")
                    .params(key, seq)
                    .query(byte[].class)
                    .optional()
                    .orElse(new byte[0]);
            seq++;
            at = 0;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            // Every piece but the last is full.
            if (at == piece.length && piece.length == PIECE) {
                fetch();
            }
            if (at == piece.length) {
                return -1;
            }
            int read = Math.min(length, piece.length - at);
            System.arraycopy(piece, at, into, offset, read);
            at += read;
            return read;
        }
    }
}
