import sys, unittest


class Tests(unittest.TestCase):
    def test_good(self):
        self.assertEqual(1, 1)

    @unittest.skip("not now")
    def test_skipped(self):
        self.fail()


result = unittest.TextTestRunner(stream=open("log", "w"), verbosity=0).run(unittest.defaultTestLoader.loadTestsFromTestCase(Tests))
print(result.testsRun, len(result.skipped), result.wasSuccessful())
