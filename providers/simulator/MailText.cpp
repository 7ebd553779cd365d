#include "providers/simulator/MailText.h"

#include <QRegularExpression>
#include <QStringDecoder>

#include <optional>

namespace switchyard::simulator {

namespace {

struct MailPart {
    QByteArray head;   ///< unfolded
    QByteArray body;
    [[nodiscard]] QByteArray field(const QByteArray& name) const
    {
        for (const QByteArray& line : head.split('\n')) {
            if (line.size() > name.size() && line.at(name.size()) == ':' && line.left(name.size()).compare(name, Qt::CaseInsensitive) == 0)
                return line.mid(name.size() + 1).trimmed();
        }
        return {};
    }
};

MailPart split(QByteArray raw)
{
    raw.replace("\r\n", "\n");
    MailPart part;
    const qsizetype gap = raw.startsWith('\n') ? 0 : raw.indexOf("\n\n");
    part.head = gap < 0 ? raw : raw.left(gap);
    part.body = gap < 0 ? QByteArray() : raw.mid(gap + (gap == 0 ? 1 : 2));
    part.head.replace("\n ", " ").replace("\n\t", " ");
    return part;
}

QByteArray unquote(const QByteArray& text, bool header)
{
    QByteArray out;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text.at(i);
        if (c == '=' && i + 1 < text.size() && text.at(i + 1) == '\n') {
            ++i;
        } else if (c == '=' && i + 2 < text.size()) {
            out += QByteArray::fromHex(text.mid(i + 1, 2));
            i += 2;
        } else {
            out += header && c == '_' ? ' ' : c;
        }
    }
    return out;
}

QString decoded(const QByteArray& bytes, const QByteArray& charset)
{
    QStringDecoder decoder(charset.isEmpty() ? "utf-8" : charset.constData());
    return decoder.isValid() ? QString(decoder(bytes)) : QString::fromUtf8(bytes);
}

QString headerText(const QByteArray& field)
{
    static const QRegularExpression word(QStringLiteral("=\\?([^?]+)\\?([QqBb])\\?([^?]*)\\?=(\\s+(?==\\?))?"));
    const QString text = QString::fromUtf8(field);
    QString out;
    qsizetype at = 0;
    for (auto it = word.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        out += text.mid(at, match.capturedStart() - at);
        const QByteArray payload = match.captured(3).toUtf8();
        const bool base64 = match.captured(2).compare(u'B', Qt::CaseInsensitive) == 0;
        out += decoded(base64 ? QByteArray::fromBase64(payload) : unquote(payload, true), match.captured(1).toLatin1());
        at = match.capturedEnd();
    }
    return out + text.mid(at);
}

QByteArray parameter(const QByteArray& field, const QString& name)
{
    const QRegularExpression pattern(u';' + QStringLiteral("\\s*") + name + QStringLiteral("\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s]*))"),
                                     QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = pattern.match(QString::fromLatin1(field));
    return (match.captured(1) + match.captured(2)).toLatin1();
}

std::optional<QString> plainPart(const MailPart& part, int depth)
{
    const QByteArray type = part.field("Content-Type");
    const QByteArray kind = type.split(';').first().trimmed().toLower();
    if (kind.startsWith("multipart/") && depth < 8) {
        QByteArray mark = "--" + parameter(type, QStringLiteral("boundary"));
        qsizetype at = part.body.startsWith(mark) ? 0 : part.body.indexOf("\n" + mark);
        while (at >= 0) {
            const qsizetype begin = part.body.indexOf('\n', at + (part.body.at(at) == '\n' ? 1 : 0)) + 1;
            const qsizetype end = part.body.indexOf("\n" + mark, std::max<qsizetype>(0, begin - 1));
            if (begin == 0 || end < 0)
                break;
            if (auto text = plainPart(split(part.body.mid(begin, end - begin)), depth + 1))
                return text;
            at = end;
        }
        return std::nullopt;
    }
    if (!kind.isEmpty() && kind != "text/plain")
        return std::nullopt;
    const QByteArray encoding = part.field("Content-Transfer-Encoding").toLower();
    QByteArray body = part.body;
    if (encoding == "base64")
        body = QByteArray::fromBase64(body);
    else if (encoding == "quoted-printable")
        body = unquote(body, false);
    return decoded(body, parameter(type, QStringLiteral("charset"))).trimmed().replace(QStringLiteral("\r\n"), QStringLiteral("\n"));
}

} // namespace

MailText readMail(const QByteArray& raw)
{
    const MailPart whole = split(raw);
    return {headerText(whole.field("Subject")), plainPart(whole, 0).value_or(QString::fromUtf8(whole.body).trimmed())};
}

} // namespace switchyard::simulator
