import { example, textPattern } from "./pattern.ts";

/** The password in `scheme://user:password@host`; user, host and database survive. */
function urlPassword(id: string, { what, schemes, sample }: { what: string; schemes: string; sample: string }) {
  return textPattern({
    id,
    what,
    doc: `The password in \`${sample}://user:password@host\`; user and host survive.`,
    trigger: `(?:${schemes})://[^\\s/]{1,700}@`,
    find: new RegExp(`(?<=\\b(?:${schemes}):\\/\\/[^\\s/?#@:"'<>]{0,128}:)[^\\s/"'<>]{1,512}(?=@)`, "gi"),
    hit: example(sample, "://app:", "hunter2@db.internal/x"),
    miss: `${sample}://db.internal:5432/x`,
  });
}

/** Connection strings, the named ones first, then any address with credentials. */
export const connectionPatterns = [
  urlPassword("postgres-password", { what: "PostgreSQL URL", schemes: "postgres|postgresql", sample: "postgres" }),
  urlPassword("mysql-password", { what: "MySQL or MariaDB URL", schemes: "mysql|mysqlx|mariadb", sample: "mysql" }),
  urlPassword("mongodb-password", { what: "MongoDB URL", schemes: "mongodb|mongodb\\+srv", sample: "mongodb+srv" }),
  urlPassword("redis-password", { what: "Redis or Valkey URL", schemes: "rediss?|valkeys?", sample: "redis" }),
  urlPassword("amqp-password", { what: "AMQP URL", schemes: "amqps?", sample: "amqps" }),
  urlPassword("sqlserver-password", { what: "SQL Server URL", schemes: "sqlserver|mssql", sample: "sqlserver" }),
  urlPassword("smtp-password", { what: "SMTP URL", schemes: "smtps?", sample: "smtps" }),
  textPattern({
    id: "jdbc-oracle-password",
    what: "Oracle JDBC URL",
    doc: "`jdbc:oracle:thin:user/password@…`.",
    trigger: "jdbc:oracle:",
    find: /(?<=jdbc:oracle:[a-z0-9]{2,8}:[^\s/@:]{1,64}\/)[^\s@/]{1,256}(?=@)/gi,
    hit: example("jdbc:oracle:thin:scott/", "tiger@//db:1521/x"),
    miss: "jdbc:oracle:thin:@//db:1521/x",
  }),
  textPattern({
    id: "connection-string-password",
    what: "ADO.NET and ODBC password",
    doc: "`Password=` or `Pwd=` after a semicolon; the rest of the string survives.",
    trigger: ";\\s{0,4}(?:password|pwd)\\s{0,4}=",
    find: /(?<=;\s{0,4}(?:password|pwd)\s{0,4}=\s{0,4})(?!\s)[^;&"'<>\r\n]{1,512}/gi,
    hit: example("Server=db;User Id=sa;Pass", "word=hunter2;Encrypt=true"),
    miss: "Server=db;Integrated Security=true;Encrypt=true",
  }),
  textPattern({
    id: "azure-shared-key",
    what: "Azure storage or Service Bus key",
    doc: "`AccountKey=` or `SharedAccessKey=` and base64.",
    trigger: "(?:accountkey|sharedaccesskey)=",
    find: /(?<=(?:AccountKey|SharedAccessKey)=)[A-Za-z0-9+/=]{16,}/gi,
    hit: example("AccountName=x;Account", "Key=", "aB3/".repeat(22), ";EndpointSuffix=y"),
    miss: "SharedAccessKeyName=RootManage",
  }),
  urlPassword("url-password", { what: "Any URL with credentials", schemes: "[a-z][a-z0-9+.-]{1,20}", sample: "https" }),
] as const;
