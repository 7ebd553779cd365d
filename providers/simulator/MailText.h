#pragma once

#include <QByteArray>
#include <QString>

namespace switchyard::simulator {

struct MailText {
    QString subject;
    QString text;   ///< the first text/plain part, decoded, line feeds only
};

/// Reads the two things a person looks for in a mail (RFC 5322, 2045, 2047). Never fails: what it can't read it leaves as it is.
[[nodiscard]] MailText readMail(const QByteArray& raw);

} // namespace switchyard::simulator
