#pragma once

#include "app/base/Secret.h"
#include "app/base/Task.h"

namespace switchyard {

/// Where tokens live. Every job has a deadline (5 s). Errors: Keychain (code "absent", "locked", "denied", "unavailable"), Timeout, Cancelled.
class SecretStore {
public:
    virtual ~SecretStore() = default;
    /// "Keyring unlocked", "Keyring locked", "No keyring, kept for this session".
    [[nodiscard]] virtual QString status() const = 0;
    /// False: secrets live in memory until the program ends, and the window says so.
    [[nodiscard]] virtual bool persistent() const = 0;
    [[nodiscard]] virtual Task<> open(std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<Secret> read(QString name, std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<> write(QString name, Secret value, std::stop_token stop) = 0;
    [[nodiscard]] virtual Task<> remove(QString name, std::stop_token stop) = 0;
};

} // namespace switchyard
