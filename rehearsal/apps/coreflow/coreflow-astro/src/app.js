document.querySelector("h1").textContent = "CoreFlow %VERSION%";
