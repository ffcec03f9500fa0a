"""Made-up secrets of many kinds, and the keys under which producers let them slip; planted_texts.py has texts."""

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
    f"xapp-1-{noise(11, 'xa')}-{noise(40, 'xb')}",
    f"whsec_{noise(32, 'wh')}",
    f"hw_{noise(12, 'hw', '0123456789abcdef')}_{noise(43, 'hx')}",
    f"dapi{noise(32, 'da', '0123456789abcdef')}",
    f"npm_{noise(36, 'np')}",
    f"hf_{noise(34, 'hf')}",
    f"pypi-AgEIcHlwaS5vcmc{noise(60, 'py')}",
    f"GOCSPX-{noise(28, 'go')}",
    f"dop_v1_{noise(64, 'do', '0123456789abcdef')}",
    f"dckr_pat_{noise(27, 'dc')}",
    f"shpat_{noise(32, 'sh', '0123456789abcdef')}",
    f"SG.{noise(22, 'sg')}.{noise(43, 'sh')}",
    f"hvs.{noise(90, 'hv')}",
    f"ya29.{noise(120, 'ya')}",
    f"glsoat-{noise(20, 'gs')}",
    f"glrt-{noise(20, 'gr')}",
    f"rk_live_{noise(24, 'rk')}",
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
