// Add-ons and attachments: resolving, promoting (re-attaching DATABASE under confirmation), detaching.
#include "providers/heroku/simulator/Platform.h"

#include <QRandomGenerator>

namespace switchyard::heroku {

using namespace Qt::StringLiterals;

const QJsonObject* Platform::findAddon(const QString& addon) const
{
    for (const QJsonObject& candidate : m_addons) {
        if (candidate[u"id"_s].toString() == addon || candidate[u"name"_s].toString() == addon)
            return &candidate;
    }
    return nullptr;
}

QJsonObject* Platform::findAddon(const QString& addon)
{
    return const_cast<QJsonObject*>(std::as_const(*this).findAddon(addon));
}

void Platform::setAddonUrl(const QString& addon, const QString& url)
{
    if (QJsonObject* found = findAddon(addon))
        (*found)[u"_url"_s] = url;
}

void Platform::setDatabaseInfo(const QString& addon, const QJsonObject& facts)
{
    if (QJsonObject* found = findAddon(addon))
        (*found)[u"_facts"_s] = facts;
}

QJsonArray Platform::configNames(const QString& addonId, const QString& appId) const
{
    QJsonArray names;
    for (const QJsonObject& attachment : m_attachments) {
        if (attachment[u"addon"_s][u"id"_s].toString() == addonId && (appId.isEmpty() || attachment[u"app"_s][u"id"_s].toString() == appId))
            names.append(attachment[u"name"_s].toString() + u"_URL"_s);
    }
    return names;
}

QJsonObject Platform::attachmentShown(const QJsonObject& attachment, bool include) const
{
    QJsonObject copy = shown(attachment);
    if (!include)
        return copy;
    if (const QJsonObject* addon = findAddon(attachment[u"addon"_s][u"id"_s].toString())) {
        QJsonObject part = copy[u"addon"_s].toObject();
        part[u"plan"_s] = addon->value(u"plan"_s);
        copy[u"addon"_s] = part;
    }
    copy[u"config_vars"_s] = QJsonArray{attachment[u"name"_s].toString() + u"_URL"_s};
    return copy;
}

QJsonObject Platform::addonShown(const QJsonObject& addon, bool expand) const
{
    QJsonObject copy = shown(addon);
    copy[u"config_vars"_s] = configNames(addon[u"id"_s].toString(), addon[u"app"_s][u"id"_s].toString());
    if (expand) {
        QJsonObject plan = copy[u"plan"_s].toObject();
        plan[u"description"_s] = plan[u"name"_s];
        plan[u"human_name"_s] = plan[u"name"_s].toString().section(u':', -1);
        plan[u"state"_s] = u"public"_s;
        copy[u"plan"_s] = plan;
        QJsonObject service = copy[u"addon_service"_s].toObject();
        service[u"human_name"_s] = service[u"name"_s];
        service[u"state"_s] = u"ga"_s;
        copy[u"addon_service"_s] = service;
    }
    return copy;
}

QJsonObject Platform::makeAttachment(App& app, const QJsonObject& addon, const QString& name)
{
    return {{u"id"_s, newId()}, {u"name"_s, name}, {u"namespace"_s, QJsonValue::Null},
        {u"addon"_s, QJsonObject{{u"id"_s, addon[u"id"_s]}, {u"name"_s, addon[u"name"_s]}, {u"app"_s, addon[u"app"_s]}}}, {u"app"_s, ref(app)},
        {u"web_url"_s, QJsonValue::Null}, {u"log_input_url"_s, QJsonValue::Null}, {u"created_at"_s, stamp()}, {u"updated_at"_s, stamp()}};
}

Answer Platform::listAddons(const QString& app, bool expand) const
{
    const App& a = *find(app);
    QJsonArray all;
    for (const QJsonObject& addon : m_addons) {
        const bool attached = !configNames(addon[u"id"_s].toString(), a.doc[u"id"_s].toString()).isEmpty();
        if (attached || addon[u"app"_s][u"id"_s] == a.doc[u"id"_s])
            all.append(addonShown(addon, expand));
    }
    return {200, all, {}};
}

Answer Platform::showAddon(const QString& app, const QString& name, bool expand) const
{
    const QJsonObject* addon = findAddon(name);
    if (!addon || (!app.isEmpty() && addon->value(u"app"_s)[u"id"_s] != find(app)->doc[u"id"_s]))
        return Answer::error(404, u"not_found"_s, u"Couldn't find that add-on."_s);
    return {200, addonShown(*addon, expand), {}};
}

Answer Platform::resolveAddon(const QJsonObject& body, bool expand) const
{
    const QString wanted = body[u"addon"_s].toString();
    const QString appName = body[u"app"_s].toString();
    const App* app = appName.isEmpty() ? nullptr : find(appName);
    if (!appName.isEmpty() && !app)
        return Answer::error(404, u"not_found"_s, u"Couldn't find that app."_s);
    QJsonArray found;
    for (const QJsonObject& addon : m_addons) {
        bool match = addon[u"id"_s].toString() == wanted || addon[u"name"_s].toString() == wanted;
        if (app && !match) {
            const QJsonArray names = configNames(addon[u"id"_s].toString(), app->doc[u"id"_s].toString());
            match = names.contains(QJsonValue(wanted)) || names.contains(QJsonValue(wanted + u"_URL"_s)) || (!names.isEmpty() && addon[u"addon_service"_s][u"name"_s].toString() == wanted);
        }
        const QString service = body[u"addon_service"_s].toString();
        if (match && (service.isEmpty() || addon[u"addon_service"_s][u"name"_s].toString() == service))
            found.append(addonShown(addon, expand));
    }
    if (found.isEmpty())
        return Answer::error(404, u"not_found"_s, u"Couldn't find that add-on."_s);
    return {200, found, {}};
}

Answer Platform::createAddon(const QString& app, const QJsonObject& body)
{
    App& a = *find(app);
    const QString plan = body[u"plan"_s].isObject() ? body[u"plan"_s][u"name"_s].toString() : body[u"plan"_s].toString();
    if (plan.isEmpty())
        return Answer::error(422, u"invalid_params"_s, u"Require params: plan."_s);
    const QString service = plan.section(u':', 0, 0);
    static const QStringList adjectives{u"animated"_s, u"concave"_s, u"flat"_s, u"rigid"_s, u"shaped"_s};
    const QString name = body[u"name"_s].toString(u"%1-%2-%3"_s.arg(service.section(u'-', -1),
        adjectives.at(QRandomGenerator::global()->bounded(adjectives.size()))).arg(QRandomGenerator::global()->bounded(10000, 99999)));
    if (findAddon(name))
        return Answer::error(422, u"invalid_params"_s, u"Add-on name is already taken."_s);
    const QJsonObject addon{{u"id"_s, newId()}, {u"name"_s, name}, {u"app"_s, ref(a)},
        {u"addon_service"_s, QJsonObject{{u"id"_s, newId()}, {u"name"_s, service}}},
        {u"plan"_s, QJsonObject{{u"id"_s, newId()}, {u"name"_s, plan.contains(u':') ? plan : plan + u":essential-0"_s}}}, {u"state"_s, u"provisioning"_s},
        {u"provider_id"_s, newId()}, {u"provision_message"_s, u"The add-on is being provisioned in the background."_s},
        {u"billing_entity"_s, QJsonObject{{u"id"_s, a.doc[u"id"_s]}, {u"name"_s, a.doc[u"name"_s]}, {u"type"_s, u"app"_s}}},
        {u"billed_price"_s, QJsonValue::Null}, {u"web_url"_s, QJsonValue::Null}, {u"actions"_s, QJsonArray{}}, {u"created_at"_s, stamp()},
        {u"updated_at"_s, stamp()}, {u"_url"_s, QString()}, {u"_facts"_s, QJsonObject{}}};
    m_addons.append(addon);
    static const QStringList colours{u"AMBER"_s, u"COBALT"_s, u"GRAY"_s, u"IVORY"_s, u"OLIVE"_s, u"PUCE"_s};
    QString base = body[u"attachment"_s][u"name"_s].toString();
    if (base.isEmpty()) {
        const bool first = configNames(addon[u"id"_s].toString(), {}).isEmpty()
            && std::none_of(m_attachments.begin(), m_attachments.end(), [&](const QJsonObject& t) {
                   return t[u"app"_s][u"id"_s] == a.doc[u"id"_s] && t[u"name"_s].toString() == u"DATABASE"_s;
               });
        base = service == u"heroku-postgresql"_s && first ? u"DATABASE"_s
                                                          : service.toUpper().replace(u'-', u'_') + u'_' + colours.at(QRandomGenerator::global()->bounded(colours.size()));
    }
    m_attachments.append(makeAttachment(a, addon, base));
    m_agenda.in(Seconds(20), u"addon-ready"_s, {{u"addon"_s, addon[u"id"_s]}});
    happened(u"addon"_s, {{u"app"_s, a.doc[u"name"_s]}, {u"addon"_s, name}, {u"plan"_s, plan}, {u"change"_s, u"created"_s}});
    release(a, u"Attach %1 (@ref:%2)"_s.arg(base, name), wanted(a));
    return {201, addonShown(*findAddon(name), false), {}};
}

void Platform::dropAddon(const QString& addonId)
{
    for (qsizetype i = 0; i < m_addons.size(); ++i) {
        if (m_addons.at(i)[u"id"_s].toString() != addonId)
            continue;
        const QJsonObject addon = m_addons.takeAt(i);
        happened(u"addon"_s, {{u"app"_s, addon[u"app"_s][u"name"_s]}, {u"addon"_s, addon[u"name"_s]}, {u"change"_s, u"destroyed"_s}});
        return;
    }
}

Answer Platform::deleteAddon(const QString& app, const QString& name)
{
    const Answer known = showAddon(app, name, false);
    if (known.status != 200)
        return known;
    const QString id = known.body[u"id"_s].toString();
    m_attachments.removeIf([&](const QJsonObject& attachment) { return attachment[u"addon"_s][u"id"_s].toString() == id; });
    dropAddon(id);
    App& a = *find(app);
    release(a, u"Detach %1"_s.arg(name), wanted(a));
    return known;
}

Answer Platform::listAttachments(const QString& app, bool include) const
{
    QJsonArray all;
    for (const QJsonObject& attachment : m_attachments) {
        if (attachment[u"app"_s][u"id"_s] == find(app)->doc[u"id"_s])
            all.append(attachmentShown(attachment, include));
    }
    return {200, all, {}};
}

Answer Platform::attachmentsOf(const QString& addon, bool include) const
{
    const QJsonObject* found = findAddon(addon);
    if (!found)
        return Answer::error(404, u"not_found"_s, u"Couldn't find that add-on."_s);
    QJsonArray all;
    for (const QJsonObject& attachment : m_attachments) {
        if (attachment[u"addon"_s][u"id"_s] == found->value(u"id"_s))
            all.append(attachmentShown(attachment, include));
    }
    return {200, all, {}};
}

Answer Platform::resolveAttachment(const QJsonObject& body, bool include) const
{
    const QString wanted = body[u"addon_attachment"_s].toString();
    const App* app = find(body[u"app"_s].toString());
    if (body.contains(u"app"_s) && !app)
        return Answer::error(404, u"not_found"_s, u"Couldn't find that app."_s);
    QJsonArray found;
    for (const QJsonObject& attachment : m_attachments) {
        if (app && attachment[u"app"_s][u"id"_s] != app->doc[u"id"_s])
            continue;
        const QString name = attachment[u"name"_s].toString();
        if (attachment[u"id"_s].toString() == wanted || name == wanted || name + u"_URL"_s == wanted
            || attachment[u"addon"_s][u"name"_s].toString() == wanted || attachment[u"addon"_s][u"id"_s].toString() == wanted)
            found.append(attachmentShown(attachment, include));
    }
    if (found.isEmpty())
        return Answer::error(404, u"not_found"_s, u"Couldn't find that add on attachment."_s);
    return {200, found, {}};
}

Answer Platform::attach(const QJsonObject& body)
{
    const auto nameOf = [](const QJsonValue& value) { return value.isObject() ? value[u"name"_s].toString(value[u"id"_s].toString()) : value.toString(); };
    App* app = find(nameOf(body[u"app"_s]));
    const QJsonObject* addon = findAddon(nameOf(body[u"addon"_s]));
    if (!app || !addon)
        return Answer::error(404, u"not_found"_s, app ? u"Couldn't find that add-on."_s : u"Couldn't find that app."_s);
    QString name = body[u"name"_s].toString();
    if (name.isEmpty()) {
        static const QStringList colours{u"AQUA"_s, u"BLUE"_s, u"CRIMSON"_s, u"JADE"_s, u"MAROON"_s, u"ONYX"_s, u"ROSE"_s};
        name = addon->value(u"addon_service"_s)[u"name"_s].toString().toUpper().replace(u'-', u'_') + u'_'
            + colours.at(QRandomGenerator::global()->bounded(colours.size()));
    }
    for (qsizetype i = 0; i < m_attachments.size(); ++i) {
        const QJsonObject old = m_attachments.at(i);
        if (old[u"app"_s][u"id"_s] != app->doc[u"id"_s] || old[u"name"_s].toString() != name)
            continue;
        if (old[u"addon"_s][u"id"_s] == addon->value(u"id"_s))
            return Answer::error(422, u"invalid_params"_s, u"%1 is already attached as %2."_s.arg(addon->value(u"name"_s).toString(), name));
        const QString appName = app->doc[u"name"_s].toString();
        if (body[u"confirm"_s].toString() != appName) {
            Answer refused = Answer::error(423, u"confirmation_required"_s,
                u"Replacing %1 needs a confirmation: send confirm with the name of the app."_s.arg(name));
            refused.headers.append({"X-Confirmation-Required", appName.toUtf8()});
            return refused;
        }
        m_attachments.removeAt(i);
        const QString oldAddon = old[u"addon"_s][u"id"_s].toString();
        if (configNames(oldAddon, {}).isEmpty())
            dropAddon(oldAddon); // the last attachment takes the add-on with it
        break;
    }
    addon = findAddon(nameOf(body[u"addon"_s]));
    const QJsonObject made = makeAttachment(*app, *addon, name);
    m_attachments.append(made);
    release(*app, u"Attach %1 (@ref:%2)"_s.arg(name, addon->value(u"name"_s).toString()), wanted(*app));
    happened(u"attachment"_s, {{u"app"_s, app->doc[u"name"_s]}, {u"addon"_s, addon->value(u"name"_s)}, {u"name"_s, name}, {u"change"_s, u"attached"_s}});
    return {201, attachmentShown(made, false), {}};
}

Answer Platform::detach(const QString& which)
{
    for (qsizetype i = 0; i < m_attachments.size(); ++i) {
        if (m_attachments.at(i)[u"id"_s].toString() != which)
            continue;
        const QJsonObject gone = m_attachments.takeAt(i);
        const QString addon = gone[u"addon"_s][u"id"_s].toString();
        if (configNames(addon, {}).isEmpty())
            dropAddon(addon);
        App& app = *find(gone[u"app"_s][u"id"_s].toString());
        release(app, u"Detach %1 (@ref:%2)"_s.arg(gone[u"name"_s].toString(), gone[u"addon"_s][u"name"_s].toString()), wanted(app));
        happened(u"attachment"_s, {{u"app"_s, app.doc[u"name"_s]}, {u"addon"_s, gone[u"addon"_s][u"name"_s]}, {u"name"_s, gone[u"name"_s]}, {u"change"_s, u"detached"_s}});
        return {200, shown(gone), {}};
    }
    return Answer::error(404, u"not_found"_s, u"Couldn't find that add on attachment."_s);
}

} // namespace switchyard::heroku
