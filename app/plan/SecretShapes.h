#pragma once

#include <QString>

namespace switchyard::plan {

/// What a text looks like when it looks like a secret: "a URL with a password"; empty for ordinary text. For refusing, never for hiding:
/// what hides is base/Redactor.
[[nodiscard]] QString secretShape(const QString& text);
/// Whether a key's name says that its value is a secret: "api-token".
[[nodiscard]] bool namesSecret(const QString& key);

} // namespace switchyard::plan
