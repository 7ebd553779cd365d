#include "providers/world/AppViews.h"

#include "providers/world/Proc.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPasswordDigestor>
#include <QUuid>

namespace switchyard::world {

using simulator::Request;
using simulator::Response;

namespace {

/// Thrown inside this file only: ends a view with an answer.
struct Halt {
    Response response;
};

Response problem(int status, const char* error, const QString& detail)
{
    Response response = Response::json(status, QJsonObject{{QStringLiteral("error"), QLatin1String(error)}, {QStringLiteral("detail"), detail}});
    if (status == 503)
        response.headers.set("Retry-After", "5");
    return response;
}

Response ofDatabase(const Error& error)
{
    const QString& state = error.code;
    if (state == u"25006")
        return problem(503, "read-only", QStringLiteral("The database accepts no writes at the moment."));
    if (state == u"42P01")
        return problem(503, "no-tables", QStringLiteral("The database has no tables yet."));
    if (state.startsWith(u"08") || state.startsWith(u"57P") || state.startsWith(u"53"))
        return problem(503, "database", QStringLiteral("The database doesn't answer."));
    if (state == u"55P03" || state == u"57014" || state == u"40P01")
        return problem(503, "busy", QStringLiteral("The database is busy."));
    if (state == u"23505")
        return problem(409, "conflict", QStringLiteral("That exists already."));
    if (state == u"22P02" || state.startsWith(u"23"))
        return problem(400, "invalid", QStringLiteral("The values don't fit."));
    return problem(500, "server", error.happened);
}

class View {
public:
    View(ViewContext& context, const Request& request) : c(context), r(request), m_body(request.json().toObject()) {}

    Response answer()
    {
        const QString& path = r.path;
        if (path == u"/api/csrf")
            return csrf();
        if (path == u"/api/user/sign-up" && r.method == "POST")
            return signUp();
        if (path == u"/api/user/confirm-email" && r.method == "POST")
            return confirm();
        if (path == u"/api/user/log-in" && r.method == "POST")
            return logIn();
        if (path == u"/api/user/log-out" && r.method == "POST")
            return logOut();
        if (path == u"/ws") {
            (void)user();
            c.wantsSocket = true;
            return Response::empty(101);
        }
        if (path == u"/api/user/me")
            return me();
        if (path == u"/api/user/picture")
            return r.method == "POST" ? storePicture() : showPicture();
        if (path == u"/api/workspace")
            return r.method == "POST" ? makeWorkspace() : listWorkspaces();
        if (path == u"/api/task")
            return r.method == "POST" ? makeTask() : listTasks();
        if (path == u"/api/chat" && r.method == "POST")
            return chat();
        if (path.startsWith(u"/api/task/"))
            return oneTask(path.mid(10));
        return problem(404, "not-found", QStringLiteral("There is nothing at %1.").arg(path));
    }

private:
    SqlRows run(const QByteArray& sql, const SqlParameters& parameters = {})
    {
        auto rows = c.sql.run(sql, parameters);
        if (!rows)
            throw Halt{ofDatabase(rows.error())};
        return std::move(rows).value();
    }
    [[nodiscard]] QByteArray field(const char* name) const { return m_body[QLatin1String(name)].toString().toUtf8(); }
    QByteArray need(const char* name) const
    {
        const QByteArray value = field(name);
        if (value.isEmpty())
            throw Halt{problem(400, "invalid", QStringLiteral("%1 is missing.").arg(QLatin1String(name)))};
        return value;
    }
    [[nodiscard]] QByteArray uuidOr(const char* name) const
    {
        const QUuid given(QString::fromUtf8(field(name)));
        return (given.isNull() ? QUuid::createUuid() : given).toByteArray(QUuid::WithoutBraces);
    }
    void queue(const QByteArray& task, const QJsonArray& arguments)
    {
        if (!c.redis.push("celery", celeryMessage(task, arguments)))
            throw Halt{problem(503, "queue", QStringLiteral("The job queue doesn't answer."))};
    }
    void tell(const QString& action, const QByteArray& uuid, const QByteArray& title, const QByteArray& workspace)
    {
        c.broadcasts.push_back(QJsonObject{{QStringLiteral("type"), QStringLiteral("task")}, {QStringLiteral("action"), action},
                                           {QStringLiteral("uuid"), QString::fromUtf8(uuid)}, {QStringLiteral("title"), QString::fromUtf8(title)},
                                           {QStringLiteral("workspace"), QString::fromUtf8(workspace)}});
    }

    /// Id of the user whose session this is.
    QByteArray user()
    {
        const QByteArray key = cookieOf(r, "sessionid");
        if (key.isEmpty())
            throw Halt{problem(401, "log-in", QStringLiteral("There is no session."))};
        const SqlRows rows = run("SELECT convert_from(decode(session_data,'base64'),'UTF8') FROM django_session WHERE session_key=$1 AND expire_date>now()",
                                 {key});
        const QByteArray data = rows.isEmpty() ? QByteArray() : rows.at(0, 0);
        const QString id = QJsonDocument::fromJson(data).object()[QStringLiteral("_auth_user_id")].toString();
        if (id.isEmpty())
            throw Halt{problem(401, "log-in", QStringLiteral("The session has ended."))};
        return id.toUtf8();
    }

    Response csrf()
    {
        QByteArray token = cookieOf(r, "csrftoken");
        if (token.size() < 16)
            token = randomWord(32).toUtf8();
        return Response::json(200, QJsonObject{{QStringLiteral("csrfToken"), QString::fromUtf8(token)}})
            .with("Set-Cookie", "csrftoken=" + token + "; Path=/; Max-Age=31449600; Secure; SameSite=" + c.settings.cookieSameSite.toUtf8());
    }

    Response signUp()
    {
        const QByteArray email = need("email").toLower();
        const QByteArray password = need("password");
        const QByteArray token = randomWord(40).toUtf8();
        const QByteArray salt = randomWord(12).toUtf8();
        const QByteArray link = c.settings.frontendUrl.toUtf8() + "/confirm-email/" + token;
        const SqlRows rows = run("WITH u AS (INSERT INTO user_user (password,is_superuser,uuid,email,is_active,is_confirmed,date_joined,last_ip,preferences) "
                                 "VALUES ($1,false,$2,$3,true,false,now(),'198.51.100.7','{\"theme\":\"dark\"}') RETURNING id), "
                                 "m AS (INSERT INTO premail_email (uuid,recipient,subject,body,headers,token,attempts,created) "
                                 "VALUES ($4,$3,'Confirm your e-mail address',$5,'{}',$6,0,now()) RETURNING id) SELECT u.id,m.id FROM u,m",
                                 {hashPassword(password, salt), QUuid::createUuid().toByteArray(QUuid::WithoutBraces), email,
                                  QUuid::createUuid().toByteArray(QUuid::WithoutBraces), "Open this link to confirm your address:\n\n" + link + "\n", token});
        queue("premail.send_mail", {rows.at(0, 1).toLongLong()});
        return Response::json(201, QJsonObject{{QStringLiteral("id"), rows.at(0, 0).toLongLong()}});
    }

    Response confirm()
    {
        const SqlRows rows = run("UPDATE user_user u SET is_confirmed=true FROM premail_email m WHERE m.token=$1 AND lower(u.email)=m.recipient RETURNING u.email",
                                 {need("token")});
        if (rows.isEmpty())
            return problem(404, "not-found", QStringLiteral("That link isn't known."));
        return Response::json(200, QJsonObject{{QStringLiteral("email"), QString::fromUtf8(rows.at(0, 0))}});
    }

    Response logIn()
    {
        const QByteArray password = need("password");
        const SqlRows rows = run("SELECT id,password,is_confirmed,email FROM user_user WHERE lower(email)=$1 AND is_active", {need("email").toLower()});
        const QByteArray stored = rows.isEmpty() ? QByteArray() : rows.at(0, 1);
        if (stored.isEmpty() || hashPassword(password, stored.split('$').value(2)) != stored)
            return problem(401, "credentials", QStringLiteral("E-mail address or password is wrong."));
        if (rows.at(0, 2) != "t")
            return problem(403, "unconfirmed", QStringLiteral("The e-mail address isn't confirmed."));
        const QByteArray key = randomWord(32).toUtf8();
        const QByteArray data = QJsonDocument(QJsonObject{{QStringLiteral("_auth_user_id"), QString::fromUtf8(rows.at(0, 0))}}).toJson(QJsonDocument::Compact).toBase64();
        (void)run("WITH s AS (INSERT INTO django_session (session_key,session_data,expire_date) VALUES ($1,$2,now()+interval '14 days')) "
                  "UPDATE user_user SET last_login=now() WHERE id=$3",
                  {key, data, rows.at(0, 0)});
        (void)c.redis.setText("session:" + key, rows.at(0, 0), 1209600);
        return Response::json(200, QJsonObject{{QStringLiteral("email"), QString::fromUtf8(rows.at(0, 3))}})
            .with("Set-Cookie", "sessionid=" + key + "; Path=/; Max-Age=1209600; Secure; HttpOnly; SameSite=" + c.settings.cookieSameSite.toUtf8());
    }

    Response logOut()
    {
        (void)run("DELETE FROM django_session WHERE session_key=$1", {cookieOf(r, "sessionid")});
        return Response::empty(204).with("Set-Cookie", "sessionid=; Path=/; Max-Age=0; Secure; HttpOnly");
    }

    Response me()
    {
        const SqlRows rows = run("SELECT id,email,coalesce(preferred_name,'') FROM user_user WHERE id=$1", {user()});
        if (rows.isEmpty())
            return problem(401, "log-in", QStringLiteral("The user doesn't exist."));
        return Response::json(200, QJsonObject{{QStringLiteral("id"), rows.at(0, 0).toLongLong()}, {QStringLiteral("email"), QString::fromUtf8(rows.at(0, 1))},
                                               {QStringLiteral("name"), QString::fromUtf8(rows.at(0, 2))}});
    }

    Response storePicture()
    {
        if (!r.body.startsWith("\x89PNG") && !r.body.startsWith("P6"))
            return problem(400, "invalid", QStringLiteral("The picture must be a PNG or PPM file."));
        const QByteArray who = user();
        (void)run("UPDATE user_user SET avatar=decode($1,'hex'),avatar_small=NULL WHERE id=$2", {r.body.toHex(), who});
        queue("user.make_thumbnail", {who.toLongLong()});
        return Response::json(201, QJsonObject{{QStringLiteral("bytes"), r.body.size()}});
    }

    Response showPicture()
    {
        const QByteArray column = r.queryValue(QStringLiteral("small")).isEmpty() ? "avatar" : "avatar_small";
        const SqlRows rows = run("SELECT encode(" + column + ",'hex') FROM user_user WHERE id=$1 AND " + column + " IS NOT NULL", {user()});
        if (rows.isEmpty())
            return problem(404, "not-found", QStringLiteral("There is no picture."));
        Response response;
        response.body = QByteArray::fromHex(rows.at(0, 0));
        response.headers.set("Content-Type", response.body.startsWith("P6") ? "image/x-portable-pixmap" : "image/png");
        return response;
    }

    Response makeWorkspace()
    {
        const QByteArray who = user();
        const QByteArray uuid = uuidOr("uuid");
        const SqlRows rows = run("WITH w AS (INSERT INTO workspace_workspace (uuid,title,settings,highest_task_number,created,modified) "
                                 "VALUES ($1,$2,'{\"trial\":true}',0,now(),now()) RETURNING id), "
                                 "m AS (INSERT INTO workspace_teammember (uuid,role,minimized_projects,created,user_id,workspace_id) "
                                 "SELECT $3,'owner','{}',now(),$4,w.id FROM w RETURNING id), "
                                 "p AS (INSERT INTO workspace_project (uuid,title,created,modified,workspace_id) SELECT $5,'First project',now(),now(),w.id FROM w RETURNING id), "
                                 "s AS (INSERT INTO workspace_section (uuid,title,_order,created,project_id) SELECT $6,'To do',0,now(),p.id FROM p RETURNING uuid) "
                                 "SELECT s.uuid FROM s,m",
                                 {uuid, need("title"), newUuid(), who, newUuid(), newUuid()});
        return Response::json(201, QJsonObject{{QStringLiteral("uuid"), QString::fromUtf8(uuid)}, {QStringLiteral("section"), QString::fromUtf8(rows.at(0, 0))}});
    }

    Response listWorkspaces()
    {
        const SqlRows rows = run("SELECT w.uuid,w.title FROM workspace_workspace w JOIN workspace_teammember m ON m.workspace_id=w.id WHERE m.user_id=$1 ORDER BY w.id", {user()});
        QJsonArray list;
        for (size_t i = 0; i < rows.rows.size(); ++i)
            list.append(QJsonObject{{QStringLiteral("uuid"), QString::fromUtf8(rows.at(i, 0))}, {QStringLiteral("title"), QString::fromUtf8(rows.at(i, 1))}});
        return Response::json(200, list);
    }

    Response makeTask()
    {
        const QByteArray who = user();
        const QByteArray workspace = need("workspace");
        const QByteArray title = need("title");
        const QByteArray uuid = uuidOr("uuid");
        const SqlRows rows = run("WITH w AS (UPDATE workspace_workspace w SET highest_task_number=highest_task_number+1,modified=now() FROM workspace_teammember m "
                                 "WHERE w.uuid=$1 AND m.workspace_id=w.id AND m.user_id=$2 RETURNING w.id,w.highest_task_number AS number,m.id AS member), "
                                 "s AS (SELECT s.id FROM workspace_section s JOIN workspace_project p ON p.id=s.project_id JOIN w ON w.id=p.workspace_id ORDER BY s.id LIMIT 1) "
                                 "INSERT INTO workspace_task (uuid,number,title,done,estimate,tags,change_log,_order,created,modified,workspace_id,section_id,assignee_id) "
                                 "SELECT $3,w.number,$4,false,1.25,'{visitor}','{}',0,now(),now(),w.id,s.id,w.member FROM w,s RETURNING number",
                                 {workspace, who, uuid, title});
        if (rows.isEmpty())
            return problem(404, "not-found", QStringLiteral("That workspace isn't yours."));
        tell(QStringLiteral("created"), uuid, title, workspace);
        return Response::json(201, QJsonObject{{QStringLiteral("uuid"), QString::fromUtf8(uuid)}, {QStringLiteral("number"), rows.at(0, 0).toLongLong()}});
    }

    Response listTasks()
    {
        const SqlRows rows = run("SELECT t.uuid,t.number,t.title,t.done FROM workspace_task t JOIN workspace_workspace w ON w.id=t.workspace_id "
                                 "JOIN workspace_teammember m ON m.workspace_id=w.id WHERE w.uuid=$1 AND m.user_id=$2 ORDER BY t.number LIMIT 200",
                                 {r.queryValue(QStringLiteral("workspace")).toUtf8(), user()});
        QJsonArray list;
        for (size_t i = 0; i < rows.rows.size(); ++i)
            list.append(QJsonObject{{QStringLiteral("uuid"), QString::fromUtf8(rows.at(i, 0))}, {QStringLiteral("number"), rows.at(i, 1).toLongLong()},
                                    {QStringLiteral("title"), QString::fromUtf8(rows.at(i, 2))}, {QStringLiteral("done"), rows.at(i, 3) == "t"}});
        return Response::json(200, list);
    }

    Response oneTask(const QString& rest)
    {
        const QByteArray who = user();
        const QByteArray uuid = rest.section(u'/', 0, 0).toUtf8();
        const QByteArray mine = " FROM workspace_workspace w JOIN workspace_teammember m ON m.workspace_id=w.id "
                                "WHERE t.workspace_id=w.id AND t.uuid=$1 AND m.user_id=$2 ";
        const std::optional<QByteArray> mark = need2("mark", r.method != "DELETE");
        SqlRows rows;
        QString action = QStringLiteral("changed");
        if (r.method == "PATCH") {
            const std::optional<QByteArray> title = field("title").isEmpty() ? std::nullopt : std::optional(field("title"));
            const QJsonValue done = m_body[QStringLiteral("done")];
            const std::optional<QByteArray> state = done.isBool() ? std::optional<QByteArray>(done.toBool() ? "true" : "false") : std::nullopt;
            rows = run("UPDATE workspace_task t SET title=coalesce($3,t.title),done=coalesce($4::boolean,t.done),change_log=t.change_log||$5::text,modified=now()" + mine
                           + "RETURNING t.title,w.uuid",
                       {uuid, who, title, state, mark});
        } else if (r.method == "POST" && rest.endsWith(u"/move")) {
            action = QStringLiteral("moved");
            rows = run("UPDATE workspace_task t SET _order=$3::integer,change_log=t.change_log||$4::text,modified=now()" + mine + "RETURNING t.title,w.uuid",
                       {uuid, who, QByteArray::number(m_body[QStringLiteral("order")].toInt()), mark});
        } else if (r.method == "DELETE") {
            action = QStringLiteral("deleted");
            rows = run("DELETE FROM workspace_task t USING workspace_workspace w, workspace_teammember m WHERE m.workspace_id=w.id AND t.workspace_id=w.id "
                       "AND t.uuid=$1 AND m.user_id=$2 RETURNING t.title,w.uuid",
                       {uuid, who});
        } else {
            return problem(405, "method", QStringLiteral("That can't be done here."));
        }
        if (rows.isEmpty())
            return problem(404, "not-found", QStringLiteral("That task isn't yours."));
        tell(action, uuid, rows.at(0, 0), rows.at(0, 1));
        if (r.method == "DELETE")
            return Response::empty(204);
        return Response::json(200, QJsonObject{{QStringLiteral("uuid"), QString::fromUtf8(uuid)}, {QStringLiteral("title"), QString::fromUtf8(rows.at(0, 0))}});
    }

    Response chat()
    {
        const QByteArray who = user();
        const QByteArray uuid = uuidOr("uuid");
        const std::optional<QByteArray> task = field("task").isEmpty() ? std::nullopt : std::optional(field("task"));
        (void)run("INSERT INTO workspace_chatmessage (uuid,text,created,task_id,author_id) SELECT $1,$2,now(),"
                  "(SELECT id FROM workspace_task WHERE uuid=$3::uuid),(SELECT min(id) FROM workspace_teammember WHERE user_id=$4)",
                  {uuid, need("text"), task, who});
        return Response::json(201, QJsonObject{{QStringLiteral("uuid"), QString::fromUtf8(uuid)}});
    }

    std::optional<QByteArray> need2(const char* name, bool needed) const { return needed ? std::optional(need(name)) : std::nullopt; }
    static QByteArray newUuid() { return QUuid::createUuid().toByteArray(QUuid::WithoutBraces); }

    ViewContext& c;
    const Request& r;
    QJsonObject m_body;
};

} // namespace

Response answerView(ViewContext& context, const Request& request)
{
    try {
        return View(context, request).answer();
    } catch (Halt& halt) {
        return std::move(halt.response);
    }
}

QByteArray celeryMessage(const QByteArray& task, const QJsonArray& arguments)
{
    const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    const QByteArray body = QJsonDocument(QJsonArray{arguments, QJsonObject(), QJsonObject{{QStringLiteral("callbacks"), QJsonValue::Null}}}).toJson(QJsonDocument::Compact);
    const QJsonObject message{
        {QStringLiteral("body"), QString::fromLatin1(body.toBase64())},
        {QStringLiteral("content-encoding"), QStringLiteral("utf-8")},
        {QStringLiteral("content-type"), QStringLiteral("application/json")},
        {QStringLiteral("headers"), QJsonObject{{QStringLiteral("lang"), QStringLiteral("py")}, {QStringLiteral("task"), QString::fromUtf8(task)}, {QStringLiteral("id"), id}, {QStringLiteral("retries"), 0}}},
        {QStringLiteral("properties"), QJsonObject{{QStringLiteral("correlation_id"), id}, {QStringLiteral("delivery_mode"), 2},
                                                   {QStringLiteral("delivery_info"), QJsonObject{{QStringLiteral("exchange"), QString()}, {QStringLiteral("routing_key"), QStringLiteral("celery")}}},
                                                   {QStringLiteral("priority"), 0}, {QStringLiteral("body_encoding"), QStringLiteral("base64")},
                                                   {QStringLiteral("delivery_tag"), QUuid::createUuid().toString(QUuid::WithoutBraces)}}}};
    return QJsonDocument(message).toJson(QJsonDocument::Compact);
}

QByteArray hashPassword(const QByteArray& password, const QByteArray& salt)
{
    return "pbkdf2_sha256$1000$" + salt + '$' + QPasswordDigestor::deriveKeyPbkdf2(QCryptographicHash::Sha256, password, salt, 1000, 32).toBase64();
}

} // namespace switchyard::world
