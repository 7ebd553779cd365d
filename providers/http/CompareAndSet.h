#pragma once

#include "app/base/Result.h"
#include "app/ports/Service.h"

#include <vector>

namespace switchyard::http {

/// Whether every change finds what it expects in `now`. Error: Conflict, naming the first key that differs (never a value); Invalid for a
/// key that is there twice in `changes` or is empty. A setting whose value can't be read counts as found when something is expected; one that
/// already shows the outcome counts as expected, so that a write cut off half-way can be taken up again.
[[nodiscard]] Result<> checkExpected(const QString& provider, const Settings& now, const std::vector<SettingChange>& changes);
/// Whether every change shows in `now`. Error: Conflict. A value that can't be read back counts as written when its key is there.
[[nodiscard]] Result<> checkWritten(const QString& provider, const Settings& now, const std::vector<SettingChange>& changes);
/// The changes of which `now` doesn't already show the outcome.
[[nodiscard]] std::vector<SettingChange> stillToDo(const Settings& now, const std::vector<SettingChange>& changes);

/// Whether a setting should be covered when shown: by its name (KEY, SECRET, TOKEN, PASSWORD, DSN..) or because it is a URL with a password.
[[nodiscard]] bool looksSecret(const QString& key, const QByteArray& value);
/// Teaches the redactor a value that looksSecret(), and the password inside a URL.
void learnSetting(const QString& key, const QByteArray& value);
/// A setting with `secret` filled in and the redactor taught.
[[nodiscard]] Setting makeSetting(const QString& key, const QString& value, const QString& origin);
void sortByKey(std::vector<Setting>& entries);

} // namespace switchyard::http
