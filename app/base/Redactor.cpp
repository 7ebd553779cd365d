#include "app/base/Redactor.h"

#include <QRegularExpression>
#include <QSet>
#include <QUrl>

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <vector>

namespace switchyard {

struct Redactor::Private {
    mutable std::shared_mutex mutex;
    QSet<QString> known;
    std::vector<QString> needles;
    std::vector<std::pair<QRegularExpression, QString>> shapes;
    mutable std::atomic<qint64> hidden{0};
};

namespace {
const QString kHidden = QStringLiteral("[hidden]");

QString jsonEscaped(const QString& text)
{
    QString out;
    for (const QChar c : text) {
        switch (c.unicode()) {
        case '"': out += QStringLiteral("\\\""); break;
        case '\\': out += QStringLiteral("\\\\"); break;
        case '/': out += QStringLiteral("\\/"); break;
        case '\n': out += QStringLiteral("\\n"); break;
        default: out += c;
        }
    }
    return out;
}
} // namespace

Redactor& Redactor::instance()
{
    static Redactor redactor;
    return redactor;
}

Redactor::Redactor() : d(std::make_unique<Private>())
{
    const auto add = [this](const char* pattern, const char* replacement) {
        d->shapes.emplace_back(QRegularExpression(QString::fromLatin1(pattern), QRegularExpression::CaseInsensitiveOption),
                               QString::fromLatin1(replacement));
    };
    add(R"re((authorization\s*[:=]\s*(?:bearer|basic|token)?\s*)[A-Za-z0-9._~+/=-]{6,})re", "\\1[hidden]");
    add(R"re(\b(bearer\s+)[A-Za-z0-9._~+/=-]{6,})re", "\\1[hidden]");
    add(R"re(([a-z][a-z0-9+.-]*://[^\s/:@"']*:)[^\s/@"']+(@))re", "\\1[hidden]\\2");
    add(R"re(((?:password|passwd|secret|token|api_?key|access_?key|private_?key|csrfmiddlewaretoken)"?\s*[:=]\s*"?)[^\s"&,;}\[]{4,})re", "\\1[hidden]");
    add(R"re((set-cookie|cookie)(\s*:\s*)[^\r\n]+)re", "\\1\\2[hidden]");
    add(R"re(-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----)re", "[hidden]");
    add(R"re(\b(?:HRKU-[A-Za-z0-9_-]{8,}|rnd_[A-Za-z0-9]{8,}|nfp_[A-Za-z0-9]{8,}|gh[pousr]_[A-Za-z0-9]{8,}|AKIA[A-Z0-9]{12,}))re", "[hidden]");
}

Redactor::~Redactor() = default;

void Redactor::learn(const Secret& secret)
{
    const QByteArray bytes = secret.reveal();
    if (bytes.size() < 6)
        return;
    const QString text = QString::fromUtf8(bytes);
    const std::unique_lock lock(d->mutex);
    for (const QString& form : {text, QString::fromLatin1(bytes.toBase64()), QString::fromLatin1(QUrl::toPercentEncoding(text)), jsonEscaped(text)}) {
        if (!d->known.contains(form)) {
            d->known.insert(form);
            d->needles.push_back(form);
        }
    }
}

QString Redactor::redact(const QString& text) const
{
    QString out = text;
    qint64 hidden = 0;
    {
        const std::shared_lock lock(d->mutex);
        for (const QString& needle : d->needles) {
            const qsizetype found = out.count(needle);
            if (found > 0) {
                out.replace(needle, kHidden);
                hidden += found;
            }
        }
    }
    for (const auto& [shape, replacement] : d->shapes) {
        const QString before = out;
        out.replace(shape, replacement);
        if (out != before)
            ++hidden;
    }
    if (hidden > 0)
        d->hidden += hidden;
    return out;
}

qint64 Redactor::hiddenCount() const { return d->hidden; }

} // namespace switchyard
