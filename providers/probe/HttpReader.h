#pragma once

#include "app/ports/Prober.h"

#include <QByteArray>

#include <vector>

namespace switchyard::probe {

/// Takes the bytes of one HTTP/1.1 answer as they come. Knows Content-Length, chunked bodies and bodies that end with the connection;
/// skips 1xx answers other than 101. Keeps at most `cap` bytes of the body and is done when they are full.
class HttpReader {
public:
    HttpReader(bool headOnly, qsizetype cap) : m_headOnly(headOnly), m_cap(cap) {}
    void feed(const QByteArray& bytes);
    /// The server closed: ends a body without a length, makes a cut one a problem.
    void closed();
    [[nodiscard]] bool done() const { return m_phase == Phase::Done; }
    /// Why these bytes are no answer; empty while they are.
    [[nodiscard]] const QString& problem() const { return m_problem; }

    int status = 0;
    std::vector<HttpHeader> headers;
    QByteArray body;
    /// What came after the answer: the first WebSocket frames after a 101.
    [[nodiscard]] const QByteArray& rest() const { return m_buffer; }

private:
    enum class Phase { Head, Length, ToTheEnd, ChunkSize, Chunk, ChunkEnd, Trailer, Done };
    bool step();
    bool readHead();
    void decideBody();
    [[nodiscard]] QByteArray header(const QByteArray& name) const;
    bool takeLine(QByteArray* line);
    void take(qint64 wanted);
    void fail(const QString& why);
    bool m_headOnly;
    qsizetype m_cap;
    Phase m_phase = Phase::Head;
    QByteArray m_buffer;
    qint64 m_left = 0;
    QString m_problem;
};

} // namespace switchyard::probe
