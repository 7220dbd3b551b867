require("./dist/main.js");
