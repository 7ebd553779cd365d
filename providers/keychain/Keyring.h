#pragma once

#include "app/base/Units.h"
#include "app/ports/SecretStore.h"

#include <memory>

namespace switchyard {

/// Secrets in the system's keyring (QtKeychain, service "switchyard", never its insecure fallback), each job with a deadline. Without a session bus
/// or a keyring, and while it is locked, they live in memory until the program ends and persistent() is false. A locked keyring answers "not
/// found" and "deleted" like an empty one: so the names (never the values) of what was stored are kept in XDG_DATA_HOME/switchyard/keyring.json,
/// and an absence or a removal counts only when a canary could be written, read and removed right after. Main thread.
[[nodiscard]] std::shared_ptr<SecretStore> makeSecretStore(Milliseconds deadline = Milliseconds(5000));

} // namespace switchyard
