"""Made-up secrets of many kinds, and the texts and keys under which producers let them slip."""

import random

SIGNS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def noise(length: int, seed: str, signs: str = SIGNS) -> str:
    return "".join(random.Random(seed).choices(signs, k=length))


PASS = "Zq8" + noise(11, "pass")
HEX = noise(40, "hex", "0123456789abcdef")
KEY40 = noise(20, "a") + "/" + noise(19, "b")
JWT = f"eyJ{noise(30, 'h')}.eyJ{noise(60, 'p')}.{noise(43, 's')}"
PEM = f"-----BEGIN RSA PRIVATE KEY-----\nMII{noise(60, 'l1')}\n{noise(64, 'l2')}==\n-----END RSA PRIVATE KEY-----"
AZURE = noise(60, "azure") + "/+k=="

TEXTS = {
    # what is planted -> what must be gone; {} is the place of the secret
    **dict.fromkeys(
        [
            "postgres://user:{}@db:5432/shop",
            "postgresql+psycopg://user:{}@db/shop?sslmode=require",
            "redis://:{}@cache:6379/0",
            "mongodb+srv://u:{}@c0.example.net/?retryWrites=true",
            "git clone https://oauth2:{}@git.example.com/a/b.git",
            "amqp:\\/\\/u:{}@mq\\/v",
            "jdbc:mysql://root:{}@h:3306/db",
            "jdbc:postgresql://h/db?user=u&password={}&ssl=true",
            "jdbc:sqlserver://h:1433;databaseName=d;user=u;password={};encrypt=true",
            "jdbc:oracle:thin:scott/{}@//h:1521/x",
            "jdbc:redshift:iam://h/db?AccessKeyID=u&SecretAccessKey={}",
            "snowflake://u:{}@org-acc/db?warehouse=w",
            "https://h/x?token={}",
            "https://h/x?a=1&access_token={}&b=2",
            "https://h/x?api_key={}",
            "https://h/x?client_secret={}#top",
            "https://acc.blob.core.windows.net/c?sv=2022&sig={}",
            "https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature={}",
            "https://b.s3.amazonaws.com/k?X-Amz-Security-Token={}",
            "https://storage.googleapis.com/b/k?X-Goog-Signature={}",
            "https://hooks.slack.com/services/T000/B000/{}",
            "ALTER USER bob IDENTIFIED BY '{}'",
            "alter user bob identified with mysql_native_password by '{}'",
            'CREATE USER bob IDENTIFIED BY "{}"',
            "CREATE ROLE bob LOGIN PASSWORD '{}'",
            "CREATE ROLE bob ENCRYPTED PASSWORD '{}' VALID UNTIL 'infinity'",
            "COPY t FROM 's3://b/k' CREDENTIALS 'aws_access_key_id=AK;aws_secret_access_key={}'",
            "COPY t FROM 's3://b/k' ACCESS_KEY_ID 'x' SECRET_ACCESS_KEY '{}'",
            "CREATE STAGE s URL='s3://b' CREDENTIALS=(AWS_KEY_ID='x' AWS_SECRET_KEY='{}')",
            "CREATE SECRET s (TYPE S3, KEY_ID 'x', SECRET '{}')",
            "OPTIONS (user 'u', password '{}')",
            "SELECT dblink('host=h user=u password={}', 'select 1')",
            "load.sh --password {} --table t",
            "load.sh --db-password={} --table t",
            "load.sh --password '{}' --table t",
            "python x.py --api-key {}",
            "python x.py --auth-token {} run",
            "mysql -h db -u root -p{} shop < x.sql",
            "mysqldump -uroot -p'{}' shop",
            "sshpass -p {} ssh u@h",
            "curl -s -u bob:{} https://h/x",
            'curl -H "Authorization: Bearer {}" https://h/x',
            "curl -H 'X-Api-Key: {}' https://h/x",
            "PGPASSWORD={} psql -h db",
            "export DB_PASSWORD='{}'",
            'export SECRET_TOKEN="{}"',
            "$env:CLIENT_SECRET = '{}'",
            "--conf spark.hadoop.fs.s3a.secret.key={}",
            "--conf spark.hadoop.javax.jdo.option.ConnectionPassword={}",
            "spark.hadoop.fs.s3a.access.key -> {}, spark.app.name -> x",
            "spark.hadoop.fs.azure.account.key.acc.dfs.core.windows.net={}",
            "spark.ssl.keyStorePassword {}".replace(" ", ": "),
            "Error: login failed (user=u, password={})",
            "java.sql.SQLException: Access denied, password: {}",
            "{{'user': 'u', 'password': '{}'}}",
            '{{"user": "u", "password": "{}"}}',
            '{{\\"secret_key\\": \\"{}\\"}}',
            "password = {}",
            "Passwd: {}",
            "my pwd={}",
            "private_key={}",
            "refresh_token={}",
            "Map(url -> x, password -> {})",
            "Bearer {}9",
            "authorization=Basic {}",
            "Server=h;Database=d;Uid=u;Pwd={};",
        ],
        PASS,
    ),
    "aws_secret_access_key {}": KEY40,
    "secret key: \n{}": KEY40,
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={};EndpointSuffix=core": AZURE,
    "Endpoint=sb://h/;SharedAccessKeyName=Root;SharedAccessKey={}": AZURE,
    "BlobEndpoint=https://h/;SharedAccessSignature=sv=2022&sig={}": AZURE,
}
SHAPES = [
    JWT,
    PEM,
    PEM.replace("RSA ", "OPENSSH "),
    PEM.replace("RSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK"),
    PEM[:120],
    "AKIA" + noise(16, "akia", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    "ASIA" + noise(16, "asia", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    *[f"gh{kind}_{noise(36, kind)}" for kind in "pousr"],
    f"github_pat_{noise(22, 'g1')}_{noise(59, 'g2')}",
    f"glpat-{noise(20, 'gl')}",
    f"xoxb-{noise(12, 'x1', '123456789')}-{noise(12, 'x2', '123456789')}-{noise(24, 'x3')}",
    f"xoxp-{noise(12, 'y1', '123456789')}-{noise(24, 'y3')}",
    f"sk-{noise(48, 'o')}",
    f"sk-proj-{noise(60, 'o')}",
    f"sk_live_{noise(24, 'st')}",
    f"AIza{noise(35, 'ai')}",
    f"Bearer {noise(40, 'b')}",
    f"Basic {noise(30, 'c')}==",
]
KEYS = [
    *[
        "password",
        "Password",
        "PASSWORD",
        "passwd",
        "pwd",
        "passphrase",
        "secret",
        "token",
        "api_key",
        "apikey",
        "apiKey",
    ],
    *["API-KEY", "x-api-key", "credential", "credentials", "private_key", "privateKey", "access_key", "accessKey"],
    *["secret_key", "client_secret", "connection_string", "connectionString", "DB_PASSWORD", "AWS_SECRET_ACCESS_KEY"],
    *["authToken", "access_token", "refresh_token", "Authorization", "sasToken", "sharedAccessKey", "account_key"],
    *["spark.hadoop.fs.s3a.secret.key", "spark.hadoop.fs.azure.account.key.a.dfs.core.windows.net", "ssh_key"],
    *["javax.jdo.option.ConnectionPassword", "spark.ssl.keyPassword", "spark.authenticate.secret", "signing_key"],
]
