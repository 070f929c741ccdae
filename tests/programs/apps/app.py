"""What a tutorial of Flask begins with, and nothing more."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    return "hello from Flask\n"
