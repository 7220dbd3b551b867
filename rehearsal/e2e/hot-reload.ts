/** What a browser hears of Vite's hot reload, as a program that runs on the machine: Python, for nothing else is sure to be there. */

/** Arguments: host:port and Host header. Opens the WebSocket as Vite's client does, says `open`, and then what it hears. Ends after the first change. */
export const LISTEN = `
import base64, json, os, re, socket, sys, urllib.request
at, name = sys.argv[1:]
asked = urllib.request.Request("http://%s/@vite/client" % at, headers={"Host": name})
client = urllib.request.urlopen(asked, timeout=30).read().decode()
token = re.search(r'wsToken = "([^"]*)"', client)
host, port = at.split(":")
one = socket.create_connection((host, int(port)), timeout=60)
lines = ["GET /?token=%s HTTP/1.1" % (token.group(1) if token else ""), "Host: " + name, "Origin: https://" + name, "Connection: Upgrade", "Upgrade: websocket",
    "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: vite-hmr", "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode(), "", ""]
one.sendall("\\r\\n".join(lines).encode())
file = one.makefile("rb")
print(file.readline().decode().strip(), flush=True)
while file.readline().strip(): pass
while True:
    first, length = file.read(2)
    length &= 127
    if length == 126: length = int.from_bytes(file.read(2), "big")
    told = file.read(length)
    if first & 15 != 1: continue
    kind = json.loads(told)["type"]
    print(kind, flush=True)
    if kind not in ("connected", "ping"): break
`;
