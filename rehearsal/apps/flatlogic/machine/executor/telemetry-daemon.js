// Stands in for the platform's telemetry: it lives.
console.log("telemetry: started");
setInterval(() => undefined, 60_000);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(0));
