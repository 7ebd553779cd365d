#pragma once

#include "app/base/Secret.h"

#include <QString>

#include <memory>

namespace switchyard {

/// The one redactor that stands before every sink: log, journal, clipboard, error dialog, report, accessibility text. It knows shapes
/// (authorization headers, userinfo in URLs, JSON and query keys that name secrets, PEM blocks, provider tokens) and the exact values
/// that were registered, raw, base64, URL- and JSON-escaped. Replaced text reads `[hidden]`. Any thread.
class Redactor {
public:
    static Redactor& instance();

    /// Remembers a value for the life of the process. Values shorter than 6 bytes are ignored: they would blank ordinary words.
    void learn(const Secret& secret);
    [[nodiscard]] QString redact(const QString& text) const;
    /// How many replacements were made since the start.
    [[nodiscard]] qint64 hiddenCount() const;

private:
    Redactor();
    ~Redactor();
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace switchyard
