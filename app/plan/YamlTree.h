#pragma once

#include "app/plan/PlanProblem.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <utility>
#include <vector>

namespace switchyard::plan {

/// A YAML value with its place in the file. Built from parser events so that duplicate keys, anchors and depth are seen, which a ready
/// document object would hide.
struct YamlValue {
    enum class Kind { Null, Text, Map, List };
    Kind kind = Kind::Null;
    int line = 0;
    int column = 0;
    QString text;
    bool quoted = false;
    std::vector<std::pair<YamlValue, YamlValue>> map;
    std::vector<YamlValue> list;
    /// Value of the first entry with this key; nothing when there is none.
    [[nodiscard]] const YamlValue* find(const QString& key) const;
    /// Whether there is an entry with this key that isn't empty.
    [[nodiscard]] bool has(const QString& key) const
    {
        const YamlValue* v = find(key);
        return v && v->kind != Kind::Null;
    }
};

/// Parses one document. Anything outside the plan's small YAML (anchors, tags, several documents, more than 32 levels, more than 1 MiB,
/// bytes that aren't UTF-8) is a problem and gives no value. Never throws.
[[nodiscard]] std::optional<YamlValue> parseYaml(const QByteArray& bytes, const QString& file, std::vector<PlanProblem>& problems);

} // namespace switchyard::plan
