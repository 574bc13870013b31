"""One student at a browser, as the hub sees it: logs in, opens a lesson, runs all, moves sliders."""

import asyncio
import json
import random
import re
import time
import uuid
from html import unescape
from urllib.parse import quote, urljoin

import httpx
import nbformat
from channel import Channel
from page_widgets import Models, shows_a_widget, update

LOOK = (0.5, 1.5)  # seconds that a student looks at a picture before the next move
NAVIGATE = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin", "User-Agent": "a student of convlib"}
RUN = {"silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
FETCH = NAVIGATE | {"Sec-Fetch-Mode": "same-origin"}


class Student:
    """`await student.study(seconds)`. Whatever goes wrong stands in `.errors`; nothing is raised."""

    def __init__(self, name, hub, lesson, usage, patience):
        self.name, self.hub, self.lesson, self.usage, self.patience = name, hub, lesson, usage, patience
        self.errors, self.moves, self.unchanged = [], [], 0
        self.first_picture = self.ran_all = None
        self.cpu = {}  # what this student's processes had used when a part was over
        self.models, self.draw = Models(), random.Random(name)

    async def study(self, seconds):
        # the proxy settings of the machine do not concern a loopback address
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=self.patience, follow_redirects=True) as self.web:
            self.web.event_hooks["response"].append(self.note)
            try:
                async with asyncio.timeout(seconds + 4 * self.patience):
                    await self.lesson_with_sliders(seconds)
            except TimeoutError:
                self.errors.append(f"{self.doing}: no answer within {self.patience} s")
            except Exception as error:  # one student's trouble is a line of the report
                self.errors.append(f"{self.doing}: {type(error).__name__}: {error}")

    async def lesson_with_sliders(self, seconds):
        self.doing = "logging in"
        await self.log_in()
        await self.wait_for_server()
        self.doing = f"opening {self.lesson.name}"
        channel = await self.open_lesson()
        try:
            self.cpu["opened"] = await asyncio.to_thread(self.usage.cpu, self.name)
            self.doing = f"running all of {self.lesson.name}"
            await self.run_all(channel)
            self.cpu["ran"] = await asyncio.to_thread(self.usage.cpu, self.name)
            self.doing = f"moving sliders of {self.lesson.name}"
            await self.move_sliders(channel, seconds)
            self.cpu["moved"] = await asyncio.to_thread(self.usage.cpu, self.name)
        finally:
            channel.close()

    async def note(self, response):
        if response.status_code >= 400:
            self.errors.append(f"HTTP {response.status_code}: {response.request.method} {response.request.url.path}")

    def xsrf(self, path):
        """The token of the cookie that belongs to a path."""
        return next(cookie.value for cookie in self.web.cookies.jar if cookie.name == "_xsrf" and cookie.path == path)

    async def log_in(self):
        form = await self.web.get(f"{self.hub.url}/hub/login", headers=NAVIGATE)
        token = unescape(re.search(r'name="_xsrf" value="([^"]+)"', form.text)[1])
        self.clicked = time.perf_counter()
        answers = {"username": self.name, "password": self.hub.password, "_xsrf": token}
        self.page = await self.web.post(f"{self.hub.url}/hub/login", params={"next": ""}, data=answers, headers=NAVIGATE)

    async def wait_for_server(self):
        """Follows the page's progress bar, as long as there is one."""
        progress = re.search(r'new EventSource\("([^"]+)"\)', self.page.text)
        if progress:
            address = urljoin(self.hub.url, progress[1].encode().decode("unicode_escape"))
            async with self.web.stream("GET", address, headers=FETCH | {"Accept": "text/event-stream"}) as events:
                async for line in events.aiter_lines():
                    event = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                    if event.get("failed"):
                        raise RuntimeError(event["message"])
                    if event.get("ready"):
                        break

    async def open_lesson(self):
        """JupyterLab with the lesson in it, and a kernel for the lesson: a channel to it."""
        home = f"/user/{self.name}/"
        path = f"notebooks/{self.lesson.name}"
        page = await self.web.get(f"{self.hub.url}{home}lab/tree/{quote(path)}", headers=NAVIGATE)
        for script in re.findall(r'<script[^>]+src="([^"]+)"', page.text):
            await self.web.get(urljoin(str(page.url), unescape(script)), headers=NAVIGATE | {"Sec-Fetch-Mode": "no-cors"})
        api = FETCH | {"X-XSRFToken": self.xsrf(home)}
        lesson = await self.web.get(f"{self.hub.url}{home}api/contents/{quote(path)}", headers=api)
        self.cells = [cell.source for cell in nbformat.from_dict(lesson.json()["content"]).cells if cell.cell_type == "code"]
        wish = {"path": path, "name": self.lesson.name, "type": "notebook", "kernel": {"name": "python3"}}
        session = (await self.web.post(f"{self.hub.url}{home}api/sessions", json=wish, headers=api)).json()
        channels = f"{self.hub.url}{home}api/kernels/{session['kernel']['id']}/channels"
        cookies = self.web.build_request("GET", channels).headers["Cookie"]
        headers = NAVIGATE | {"Cookie": cookies, "Origin": self.hub.url, "Sec-Fetch-Mode": "websocket"}
        return await Channel.to(f"{channels.replace('http', 'ws', 1)}?session_id={uuid.uuid4().hex}", headers)

    async def run_all(self, channel):
        start = time.perf_counter()
        for source in self.cells:
            async for _, message in channel.ask("execute_request", RUN | {"code": source}, self.patience):
                self.take(message)
                if self.first_picture is None and shows_a_widget(message):
                    self.first_picture = time.perf_counter() - self.clicked
        self.ran_all = time.perf_counter() - start

    async def move_sliders(self, channel, seconds):
        sliders = self.models.parameters()
        if not sliders:
            raise RuntimeError(f"no slider on {self.lesson.name}")
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            await asyncio.sleep(self.draw.uniform(*LOOK))
            slider, stage = self.draw.choice(sliders)
            state = self.models.moved(slider, self.draw.randrange)
            if state:
                self.models.states[slider].update(state)
                await self.move(channel, slider, stage, state)

    async def move(self, channel, slider, stage, state):
        answered = None
        async for second, message in channel.ask("comm_msg", update(slider, state), self.patience):
            self.take(message)
            if answered is None and message["ours"] and is_answer(message, stage):
                answered = second
        if answered is None:
            self.unchanged += 1
        else:
            self.moves.append(answered)

    def take(self, message):
        self.models.take(message)
        if message["header"]["msg_type"] == "error":
            self.errors.append(f"{self.doing}: {message['content']['ename']}: {message['content']['evalue']}")
        if message["content"].get("execution_state") in ("restarting", "dead"):
            raise RuntimeError("the kernel died")


def is_answer(message, stage):
    """Does the stage get another picture with this message, or the words why there is none?"""
    content = message["content"]
    return (
        message["header"]["msg_type"] == "comm_msg"
        and content["comm_id"] == stage
        and content["data"].get("method") == "update"
        and bool({"svg", "message"} & set(content["data"]["state"]))
    )
