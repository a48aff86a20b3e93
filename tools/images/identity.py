"""Who a board is: settings, a key pair, a certificate. Made once, kept until it is on the board, then forgotten here.

What a batch run or a second try must not make anew (key and claim token) lies in a folder of its own, readable by its
owner alone, from its making until the board has it.
"""

import hashlib
import ipaddress
import os
import re
import secrets
import shutil
import subprocess
from pathlib import Path

import model_keys

CERTIFICATE_DAYS = 3650
GATEWAY_USER = "900"  # who reads it on the board: config/image/root/etc/passwd
IDENTIFIER = re.compile(r"[A-Za-z0-9_.-]{1,32}")
SETTINGS = {  # option: name in the board's settings
    "gateway": "GATEWAY", "tenant": "TENANT", "broker": "BROKER", "network": "NETWORK", "network_device": "NETWORK_DEVICE",
    "address": "ADDRESS", "router": "ROUTER", "dns": "DNS", "time_server": "TIME_SERVER", "generate": "GENERATE",
    "encrypt_data": "ENCRYPT_DATA",
}
ROOM_BYTES = 768 << 10  # behind it lies the key of the data partition, which the board makes: data.sh of the image


class Wrong(Exception):
    """What was asked for cannot be, and what would be right."""


def check_wishes(wishes):
    for name in ("gateway", "tenant"):
        if not IDENTIFIER.fullmatch(wishes[name] or ""):
            raise Wrong(f"--{name}: '{wishes[name]}' is not letters, digits, '_', '-', '.'; at most 32")
    if wishes["broker"] and not re.fullmatch(r"(mqtts?|wss?)://[^/\s@]+", wishes["broker"]):
        raise Wrong(f"--broker: '{wishes['broker']}' is not mqtt://HOST:PORT (also mqtts, ws, wss)")
    check_network(wishes)
    for name in ("time_server", "generate"):
        if not re.fullmatch(r"[A-Za-z0-9.:/ -]*", wishes[name] or ""):
            raise Wrong(f"--{name.replace('_', '-')}: '{wishes[name]}' has letters that do not belong there")
    if wishes["encrypt_data"] not in (None, "", "yes"):
        raise Wrong(f"encrypt_data: '{wishes['encrypt_data']}' is not yes; for none leave it empty")
    if wishes["encrypt_data"] and wishes["device"].startswith("ssh://"):
        raise Wrong("--encrypt-data makes the data partition anew: give it a medium, not a board that runs")
    if bool(wishes["ca_key"]) != bool(wishes["ca_certificate"]):
        raise Wrong("--ca-key and --ca-certificate belong together")
    if wishes["certificate"] and wishes["ca_key"]:
        raise Wrong("--certificate is signed already: leave out --ca-key")
    if wishes["model_keys"]:
        check_model_keys(wishes["model_keys"])
    for name in ("ca_key", "ca_certificate", "certificate", "broker_ca", "ssh_key"):
        if wishes[name] and not os.access(wishes[name], os.R_OK):
            raise Wrong(f"--{name.replace('_', '-')}: cannot read '{wishes[name]}'")


def check_network(wishes):
    """A board with a wrong address can only be mended by who goes there."""
    if wishes["network"] not in ("dhcp", "static", "modem"):
        raise Wrong(f"--network: '{wishes['network']}' is not dhcp, static or modem")
    if wishes["network_device"] and not re.fullmatch(r"[A-Za-z0-9._-]{1,15}", wishes["network_device"]):
        raise Wrong(f"--network-device: '{wishes['network_device']}' is not a device like eth0")
    router = address_of("router", wishes["router"]) if wishes["router"] else None
    for server in (wishes["dns"] or "").split():
        address_of("dns", server)
    if wishes["network"] != "static":
        if wishes["address"]:
            raise Wrong(f"--address {wishes['address']} belongs to --network static, not to {wishes['network']}")
        return
    if not re.fullmatch(r"[^/]+/[0-9]+", wishes["address"] or ""):
        raise Wrong("--network static needs --address like 192.168.1.10/24")
    try:
        own = ipaddress.ip_interface(wishes["address"])
    except ValueError as problem:
        raise Wrong(f"--address: '{wishes['address']}' is not an address like 192.168.1.10/24") from problem
    if router and (router not in own.network or router == own.ip):
        raise Wrong(f"--router: {router} is not another address of {own.network}, so {own.ip} cannot reach it")


def address_of(option, text):
    try:
        return ipaddress.ip_address(text)
    except ValueError as problem:
        raise Wrong(f"--{option}: '{text}' is not an address like 192.168.1.1") from problem


def check_model_keys(folder):
    try:
        found = model_keys.read(folder)
    except (model_keys.Wrong, OSError) as problem:
        raise Wrong(f"--model-keys: {problem}") from problem
    if not found:
        raise Wrong(f"--model-keys: no NAME.pem in '{folder}': ./tools/model key NAME --out '{folder}' makes one")


def openssl(*words):
    run = subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise Wrong(f"openssl {words[0]}: {run.stderr.strip().splitlines()[-1]}")
    return run.stdout


def make_secrets(wishes, folder):
    """Key, request, certificate and claim token, each made only where it is not there yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def once(name, make):
        if not (folder / name).exists():
            make(folder / f"{name}.new")
            (folder / f"{name}.new").chmod(0o600)
            os.replace(folder / f"{name}.new", folder / name)

    once("key.pem", lambda to: openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
                                       "-out", str(to)))
    once("request.pem", lambda to: openssl("req", "-new", "-key", str(folder / "key.pem"), "-out", str(to),
                                           "-subj", f"/O={wishes['tenant']}/CN={wishes['gateway']}"))
    if wishes["certificate"]:
        check_certificate(wishes["certificate"], folder / "key.pem")
        once("certificate.pem", lambda to: shutil.copyfile(wishes["certificate"], to))
    elif wishes["ca_key"]:
        (folder / "extensions").write_text("basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n")
        once("certificate.pem", lambda to: openssl(
            "x509", "-req", "-in", str(folder / "request.pem"), "-CA", wishes["ca_certificate"],
            "-CAkey", wishes["ca_key"], "-set_serial", f"0x{secrets.token_hex(16)}", "-days", str(CERTIFICATE_DAYS),
            "-extfile", str(folder / "extensions"), "-out", str(to)))
    once("claim_token", lambda to: to.write_text(secrets.token_urlsafe(24)))


def check_certificate(certificate, key):
    if openssl("x509", "-in", certificate, "-noout", "-pubkey") != openssl("pkey", "-in", str(key), "-pubout"):
        raise Wrong(f"--certificate: '{certificate}' is for another key: what is to be signed is what --request has written")


def claim_token(folder):
    return (folder / "claim_token").read_text()


def claim_hash(folder):
    return hashlib.sha256(claim_token(folder).encode()).hexdigest()


def pack(wishes, folder):
    """The bytes of the identity partition: a small read-only file system, for the gateway's user alone."""
    content, packed = folder / "content", folder / "identity.squashfs"
    shutil.rmtree(content, ignore_errors=True)
    content.mkdir(mode=0o700)
    lines = [f"{SETTINGS[name]}={wishes[name]}\n" for name in SETTINGS if wishes[name]]
    (content / "settings").write_text("".join(lines))
    for name in ("key.pem", "request.pem", "certificate.pem"):
        if (folder / name).exists():
            shutil.copyfile(folder / name, content / name)
    for wish, name in (("broker_ca", "ca.pem"), ("ssh_key", "authorized_keys")):
        if wishes[wish]:
            shutil.copyfile(wishes[wish], content / name)
    if wishes["model_keys"]:
        (content / "model-keys").mkdir()
        for name, text in model_keys.read(wishes["model_keys"]).items():
            (content / "model-keys" / f"{name}.pem").write_text(text)
    for file in content.rglob("*"):
        file.chmod(0o500 if file.is_dir() else 0o400)
    packed.unlink(missing_ok=True)
    run = subprocess.run(["mksquashfs", content, packed, "-noappend", "-quiet", "-no-progress", "-no-xattrs",
                          "-force-uid", GATEWAY_USER, "-force-gid", GATEWAY_USER],
                         capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise Wrong(f"mksquashfs: {run.stderr.strip()}")
    if packed.stat().st_size > ROOM_BYTES:
        raise Wrong(f"the identity of {packed.stat().st_size} bytes does not fit into {ROOM_BYTES}: is a certificate too large?")
    return packed.read_bytes()


def forget(folder):
    """Overwritten first: a key that the board has is nobody else's."""
    for file in folder.rglob("*"):
        if file.is_file():
            file.chmod(0o600)
            file.write_bytes(bytes(file.stat().st_size))
    shutil.rmtree(folder)


def default_records():
    return Path(os.environ.get("XDG_STATE_HOME", Path.home() / ".local/state")) / "holdfast/boards"
